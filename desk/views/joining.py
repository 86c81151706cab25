"""An organization applies, and may ask its first question with the application."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.applications import apply_for_membership
from accounts.organizations import count_application, language_of_letters
from desk.forms import DeskJoinForm, FirstQuestionForm
from desk.services.firsts import apply_with_question
from interface.several_forms import SeveralForms
from privacy.networks import TooManyAttempts
from privacy.policies import personal
from schedules.hours import JAPAN


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def join(request):
    """The same answer whether or not we know the organization; a text makes a question."""
    now = timezone.now()
    form = DeskJoinForm(request.POST or None)
    question = FirstQuestionForm(request.POST or None, today=timezone.localdate(now, JAPAN))
    status = 200
    if request.method == "POST":
        status = 422
        # Both, so that everything that is wrong is said at once.
        if form.is_valid() & question.is_valid():
            try:
                count_application(request, now)
            except TooManyAttempts:
                status = 429
                form.add_error(None, _("Too many applications from here. Please call us."))
            else:
                _apply(form.cleaned_data, question.cleaned_data, now)
                return redirect("organization_asked")
    context = {"form": SeveralForms(form, question), "join": form, "question": question}
    return render(request, "desk/join.html", context, status=status)


def _apply(applicant, asked, now):
    who = {"language": language_of_letters(), "now": now}
    if not asked["text"].strip():
        apply_for_membership(**applicant, **who)
        return
    apply_with_question(applicant=applicant, topic_id=asked.pop("topic"), **who, **asked)
