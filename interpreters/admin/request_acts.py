"""What a coordinator can do with a request: each act is one button and one service."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from interpreters.choices import UnfilledReason
from interpreters.models import Assignment, InterpreterRequest, StepNotAllowed
from interpreters.services import changes, dispatch, offers, requests

# More digits are no key of ours, and more than a database takes.
KEY = re.compile(r"[0-9]{1,9}")
AT_A_TIME = ["1", "2", "3", "5"]


class NothingChosen(Exception):
    """A button was pressed and nobody was chosen."""


@dataclass(frozen=True)
class Act:
    name: str
    # Takes the key of the request, what was posted, who acts and the moment.
    run: Callable[[int, QueryDict, User, datetime], object]
    done: str


def reason_of(posted: QueryDict) -> str:
    return posted.get("reason", "").strip()[:40] or "other"


def key_of(posted: QueryDict, name: str) -> int:
    """Raises NothingChosen."""
    if not KEY.fullmatch(posted.get(name, "")):
        raise NothingChosen
    return int(posted[name])


def assignment_of(request_id: int) -> int:
    """Of whoever goes now. Raises StepNotAllowed when nobody does."""
    rows = Assignment.objects.occupying().filter(request=request_id)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise StepNotAllowed("nobody goes")
    return found


def ask(pk, posted, by, now):
    chosen = [int(each) for each in posted.getlist("interpreter") if KEY.fullmatch(each)]
    if not chosen:
        raise NothingChosen
    at_a_time = posted.get("at_a_time", "")
    offers.send_offers(
        request_id=pk,
        interpreter_ids=chosen,
        at_a_time=int(at_a_time) if at_a_time in AT_A_TIME else None,
        by=by,
        now=now,
    )


def mark_unfilled(pk, posted, by, now):
    reason = reason_of(posted)
    requests.mark_unfilled(
        request_id=pk,
        reason=reason if reason in UnfilledReason else UnfilledReason.OTHER,
        by=by,
        now=now,
    )


def cancel(pk, posted, by, now):
    """Of a dispatch; a consultation is canceled on its booking, which tells everybody."""
    if not InterpreterRequest.objects.get(pk=pk).is_dispatch:
        raise StepNotAllowed("canceled with its booking")
    requests.cancel_request(request_id=pk, by=by, now=now)


ACTS = [
    Act(
        "screen_in",
        lambda pk, posted, by, now: requests.screen_in(request_id=pk, by=by, now=now),
        _("Now an interpreter is sought."),
    ),
    Act(
        "screen_out",
        lambda pk, posted, by, now: requests.screen_out(
            request_id=pk, reason=reason_of(posted), by=by, now=now
        ),
        _("The request is out of scope. The organization is told."),
    ),
    Act("offer", ask, _("Asked. You see the answers here.")),
    Act(
        "assign",
        lambda pk, posted, by, now: dispatch.assign(
            request_id=pk, interpreter_id=key_of(posted, "assign"), by=by, now=now
        ),
        _("Assigned. Everybody is told."),
    ),
    Act(
        "replace",
        lambda pk, posted, by, now: dispatch.replace(
            request_id=pk, interpreter_id=key_of(posted, "assign"), by=by, now=now
        ),
        _("Somebody else goes now. Everybody is told."),
    ),
    Act(
        "give_back",
        lambda pk, posted, by, now: dispatch.give_back(
            assignment_id=assignment_of(pk), by=by, now=now
        ),
        _("Somebody else is sought. Everybody is told."),
    ),
    Act(
        "choose_time",
        lambda pk, posted, by, now: changes.choose_time(
            request_id=pk, number=key_of(posted, "number"), by=by, now=now
        ),
        _("The other time is taken. Whoever had agreed is asked again."),
    ),
    Act(
        "check_in",
        lambda pk, posted, by, now: dispatch.check_in(
            assignment_id=assignment_of(pk), by=by, now=now
        ),
        _("The interpreter is there."),
    ),
    Act(
        "check_out",
        lambda pk, posted, by, now: dispatch.check_out(
            assignment_id=assignment_of(pk), was_used="not_used" not in posted, by=by, now=now
        ),
        _("It is over. Both sides are asked for their reports."),
    ),
    Act(
        "absent",
        lambda pk, posted, by, now: dispatch.mark_absent(
            assignment_id=assignment_of(pk), by=by, now=now
        ),
        _("It is noted that the interpreter did not come. Somebody else can be sought."),
    ),
    Act(
        "waive",
        lambda pk, posted, by, now: dispatch.waive_report(
            assignment_id=assignment_of(pk), reason=reason_of(posted), by=by, now=now
        ),
        _("The organization need not report."),
    ),
    Act("unfilled", mark_unfilled, _("It stands in the ledger of what could not be filled.")),
    Act(
        "cancel",
        cancel,
        _("The request is canceled. Whoever was asked is told."),
    ),
]
