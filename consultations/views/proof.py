"""When too much comes from one network: prove that the e-mail address is yours, or call us."""

import logging
import uuid

from django.core.mail import get_connection
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.choices import Discretion
from consultations import cookies
from consultations.forms import CodeForm
from consultations.letters import subject
from consultations.models import Draft
from consultations.services.limits import can_prove, check_code, is_proven, new_code
from consultations.steps import CHECK, next_step
from notifications.letters import Letter, build_message
from privacy.networks import TooManyAttempts
from privacy.policies import personal

logger = logging.getLogger(__name__)

# Somebody sits before the page and waits for the letter.
SECONDS_FOR_A_LETTER = 5


class SentCodeForm(CodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Not the code of a booking: another word, so that nobody looks for that one.
        self.fields["code"].label = _("Digits from the e-mail")
        self.fields["code"].help_text = _("Six digits. They stand in the e-mail we have sent you.")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request):
    """The page that asks for a code from the mailbox; sending the booking leads here."""
    now = timezone.now()
    key = cookies.draft_key_of(request)
    draft = Draft.objects.live(now).filter(pk=key).first() if key else None
    if draft is None:
        return render(request, "consultations/gone.html", status=410)
    if next_step(draft.answers) != CHECK or is_proven(draft.answers):
        return redirect("consultations:step", number=next_step(draft.answers))
    if not can_prove(draft.answers):
        return _page(request, draft, None)
    if request.method != "POST":
        return _page(request, draft, SentCodeForm() if draft.answers.get("proof") else None)
    if "send" in request.POST:
        return _send(request, draft, now)
    form = SentCodeForm(request.POST)
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    try:
        is_right = check_code(key=draft.pk, code=form.cleaned_data["code"], now=now)
    except Draft.DoesNotExist:
        return render(request, "consultations/gone.html", status=410)
    if not is_right:
        form.add_error("code", _("This code is not right, or it is too old. Let us send another."))
        return _page(request, draft, form, status=422)
    return redirect("consultations:step", number=CHECK)


def _send(request, draft, now):
    try:
        code = new_code(draft=draft, now=now)
    except TooManyAttempts:
        return _page(request, draft, None, status=429, is_too_often=True)
    answers = draft.answers
    letter = Letter(
        to=answers["email"],
        language=get_language(),
        subject=subject(discreet=True),
        text="\n\n".join(
            [
                _("The digits for the page: %(code)s") % {"code": code},
                _("If you did not ask for it, you need not do anything."),
            ]
        ),
        discreet=answers.get("discretion") != Discretion.PRIVATE,
    )
    message = build_message(letter, message_id=str(uuid.uuid4()))
    message.connection = get_connection(timeout=SECONDS_FOR_A_LETTER)
    try:
        message.send()
    except OSError as error:
        logger.error("A code was not sent: %s", type(error).__name__)
        return _page(request, draft, None, status=503, is_unsent=True)
    return redirect("consultations:proof")


def _page(request, draft, form, status=200, **context):
    context |= {
        "form": form,
        "answers": draft.answers,
        "can_prove": can_prove(draft.answers),
        "back": CHECK,
    }
    return render(request, "consultations/proof.html", context, status=status)
