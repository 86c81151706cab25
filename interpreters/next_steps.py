"""What must happen next with a request, in a coordinator's words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from interpreters.choices import AssignmentStatus, RequestStatus
from interpreters.models import InterpreterRequest

# Whoever has not confirmed by then is called.
CONFIRMED_BEFORE = timedelta(hours=48)

DECIDE = _("decide whether it is for us")
CHOOSE = _("choose who goes")
AWAIT_ANSWERS = _("wait for answers")
ASK = _("ask interpreters")
CALL_INTERPRETER = _("call the interpreter: not confirmed yet")
DID_THEY_COME = _("ask whether the interpreter came")
WAIT_FOR_DAY = _("nothing until the day")
IS_IT_OVER = _("ask whether it is over")
AWAIT_REPORTS = _("wait for the reports")
NOTHING = _("nothing more")


def next_step(request: InterpreterRequest, now: datetime) -> str:
    """Of a request as `selectors.in_line` reads it."""
    match request.status:
        case RequestStatus.SUBMITTED | RequestStatus.SCREENING:
            return DECIDE
        case RequestStatus.SEARCHING if request.has_yes:
            return CHOOSE
        case RequestStatus.SEARCHING:
            return AWAIT_ANSWERS if request.is_asked else ASK
        case RequestStatus.ASSIGNED:
            return _of_assigned(request, now)
        case RequestStatus.IN_PROGRESS:
            return IS_IT_OVER if request.ends_at <= now else WAIT_FOR_DAY
        case RequestStatus.AWAITING_REPORTS:
            return AWAIT_REPORTS
    return NOTHING


def _of_assigned(request, now):
    if request.starts_at <= now:
        return DID_THEY_COME
    is_near = request.starts_at <= now + CONFIRMED_BEFORE
    if is_near and request.assignment_status == AssignmentStatus.CONFIRMED:
        return CALL_INTERPRETER
    return WAIT_FOR_DAY
