"""Pages of the admin that show what people entrusted to us note who has opened them."""

from django.utils import timezone

from accounts.services import record_access


class NotedReadingMixin:
    """Stands before ModelAdmin. Whoever opens the page of a row is noted with `purpose`."""

    purpose = ""

    def change_view(self, request, object_id, form_url="", extra_context=None):
        response = super().change_view(request, object_id, form_url, extra_context)
        # An unknown row leads away from here, and nothing was shown.
        if request.method == "GET" and response.status_code == 200:  # noqa: PLR2004 the page itself
            record_access(
                user=request.user,
                subject=f"{self.opts.app_label}.{self.opts.object_name}:{object_id}",
                purpose=self.purpose,
                now=timezone.now(),
            )
        return response
