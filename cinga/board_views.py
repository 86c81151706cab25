"""The board's page and the acts on calls and letters. Acts on bookings are the booking's own."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.roles import is_coordinator
from accounts.services import record_access
from cases.models import CaseEvent
from cinga.board import OWNERS, board_for
from cinga.board_calls import case_behind
from consultations.admin_forms import FindForm
from consultations.choices import NoShowParty, SessionOutcome
from consultations.models import Booking
from consultations.services.bookings import BookingNotOpen
from consultations.services.calls import report_call
from consultations.services.sessions import check_in
from consultations.session_notices import SESSION_CALL
from consultations.sessions import SIDES
from interface.returning import back_to_sender
from notifications import registry
from notifications.letters import Call
from notifications.models import Notice, NoticeChanged, TransitionNotAllowed
from notifications.services import NoticeExpired, handle_failed_notice, resend_notice


def board_context(request):
    """What the admin's first page shows besides the list of tables; nothing for others."""
    if not is_coordinator(request.user):
        return {}
    owner = request.GET.get("owner", "all")
    return {
        "board": board_for(
            request.user, owner=owner if owner in OWNERS else "all", now=timezone.now()
        ),
        "find_form": FindForm(auto_id="find_%s"),
        "outcomes": SessionOutcome.choices,
        "parties": NoShowParty.choices,
    }


def coordinators_post(view):
    @require_POST
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not is_coordinator(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@coordinators_post
def call(request, notice_id, site):
    """The number, for one look; the access log says so."""
    notice = get_object_or_404(Notice.objects.calls(), pk=notice_id)
    now = timezone.now()
    letter = registry.compose(notice, now)
    if not notice.is_open or not isinstance(letter, Call):
        messages.info(request, _("Nobody needs this call any more."))
        return redirect("admin:index")
    record_access(
        user=request.user,
        subject=f"cases.Resident:{notice.recipient_key.partition(':')[2]}",
        purpose="call_number_shown",
        now=now,
    )
    context = {
        **site.each_context(request),
        "title": _("Call"),
        "subtitle": registry.label_for(notice.kind),
        "notice": notice,
        "call": letter,
        "script": letter.script.splitlines(),
        "case": case_behind(notice),
    }
    return TemplateResponse(request, "cinga/board/call.html", context)


@coordinators_post
def report(request, notice_id, fate):
    if fate not in {"reached", "coming", "later"}:
        raise Http404
    try:
        notice = report_call(
            notice_id=notice_id,
            was_reached=fate != "later",
            will_come=fate == "coming",
            called_by=request.user,
            now=timezone.now(),
        )
    except Notice.DoesNotExist:
        raise Http404 from None
    except (TransitionNotAllowed, NoticeChanged):
        messages.info(request, _("This call is done already."))
    except BookingNotOpen:
        messages.warning(request, _("Nothing is noted: the booking is over, or not confirmed."))
    else:
        if fate != "later":
            messages.success(request, _("The call is done."))
        elif notice.kind == SESSION_CALL:
            messages.success(request, _("The call comes back in three minutes."))
        else:
            messages.success(request, _("The call comes back in an hour, or in the morning."))
    return back_to_sender(request, "admin:index")


@coordinators_post
def letter(request, notice_id, act):
    if act not in {"resend", "handled"}:
        raise Http404
    now = timezone.now()
    try:
        if act == "resend":
            resend_notice(notice_id=notice_id, now=now)
        else:
            handle_failed_notice(notice_id=notice_id, handled_by=request.user, now=now)
    except Notice.DoesNotExist:
        raise Http404 from None
    except NoticeExpired:
        text = _("It is too late to send this letter. Call the person, then mark it as handled.")
        messages.warning(request, text)
    except (TransitionNotAllowed, NoticeChanged):
        messages.info(request, _("Somebody has seen to this letter already."))
    else:
        done = _("The letter goes out again.") if act == "resend" else _("It is marked as handled.")
        messages.success(request, done)
    return back_to_sender(request, "admin:index")


@coordinators_post
def here(request, booking_id, side):
    """A coordinator says that somebody is there."""
    if side not in SIDES:
        raise Http404
    try:
        booking = check_in(
            booking_id=booking_id,
            side=side,
            actor=request.user,
            actor_role=CaseEvent.ActorRole.COORDINATOR,
            now=timezone.now(),
        )
    except Booking.DoesNotExist:
        raise Http404 from None
    except BookingNotOpen:
        messages.warning(request, _("It is not the time of the session, or it is over."))
    else:
        text = _("%(reference)s: it is noted who is there.") % {"reference": booking}
        messages.success(request, text)
    return back_to_sender(request, "admin:index")
