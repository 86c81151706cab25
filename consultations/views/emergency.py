from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.selectors import emergency_lines
from interface.caching import public


@public
@require_safe
def danger(request):
    """Whom to call now. Reachable from every page a resident sees."""
    return render(request, "consultations/danger.html", {"lines": emergency_lines()})
