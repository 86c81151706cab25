"""The legal acts on a booking: what each asks, which verb of the services it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from consultations.admin_forms import (
    CancelForm,
    ContactForm,
    NoShowForm,
    OutcomeForm,
    RoomForm,
    WayForm,
)
from consultations.choices import BOOKING_TRANSITIONS, BookingStatus, Mode
from consultations.forms import SlotForm
from consultations.models import Booking
from consultations.selectors import slot_choices
from consultations.services import (
    attendance,
    bookings,
    contacts,
    interpreting,
    otherwise,
    sessions,
)
from consultations.sessions import may_be_missed


@dataclass(frozen=True)
class Act:
    name: str
    label: str
    done: str
    run: Callable
    is_possible: Callable[[Booking, datetime], bool]
    form: type[forms.Form] = forms.Form
    explanation: str = ""
    is_danger: bool = False
    # What stands in the form before; an act that reveals something is not on the page
    # itself but behind a link of its own.
    initial: Callable[[Booking], dict] = lambda booking: {}
    reveals: bool = False

    def empty_form(self, booking: Booking, now: datetime) -> forms.Form:
        return self._form(None, booking, now)

    def filled_form(self, data, booking: Booking, now: datetime) -> forms.Form:
        return self._form(data, booking, now)

    def _form(self, data, booking, now):
        form = self.form(
            data,
            auto_id=f"{self.name}_%s",
            initial=self.initial(booking) if data is None else None,
            **self._form_options(booking, now),
        )
        # The heading of the page is the act's.
        form.page_heading = False
        return form

    def _form_options(self, booking, now):
        """The free times change with the booking; most questions are the same for all."""
        if self.form is ContactForm:
            return {"mode": booking.mode}
        if self.form is WayForm:
            return {"ways": otherwise.ways_left(booking, now)}
        if self.form is not SlotForm:
            return {}
        return {
            "choices": slot_choices(
                topic=booking.case.primary_topic_id, language=get_language(), now=now
            )
        }


def before_start(status):
    """Legal until the session begins, by the table of steps."""
    return lambda booking, now: (
        status in BOOKING_TRANSITIONS[booking.status] and booking.slot.starts_at > now
    )


def after_start(status):
    return lambda booking, now: (
        status in BOOKING_TRANSITIONS[booking.status] and booking.slot.starts_at <= now
    )


def can_be_missed(booking, now):
    return BookingStatus.NO_SHOW in BOOKING_TRANSITIONS[booking.status] and may_be_missed(
        booking, now
    )


def can_be_held_again(booking, now):
    return booking.wants_interpreter and before_start(BookingStatus.HELD)(booking, now)


def is_to_come(booking, now):
    return booking.is_open and booking.slot.starts_at > now


def can_get_a_room(booking, now):
    return booking.is_open and booking.mode == Mode.VIDEO and booking.slot.ends_at > now


def confirm(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.confirm_booking(booking_id=booking_id, confirmed_by=by, now=now)


def seek(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.seek_interpreter(booking_id=booking_id, by=by, now=now)


def can_be_sought(booking, now):
    return is_to_come(booking, now) and interpreting.may_seek(booking, booking.interpreter_request)


def take_way(booking_id: int, answers: dict, by: User, now: datetime):
    otherwise.take_way(booking_id=booking_id, way=answers["way"], by=by, now=now)


def has_ways(booking, now):
    return bool(otherwise.ways_left(booking, now))


def note_coming(booking_id: int, answers: dict, by: User, now: datetime):
    attendance.say_coming(booking_id=booking_id, noted_by=by, now=now)


def hold_again(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.hold_booking_again(booking_id=booking_id, held_by=by, now=now)


def move(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.move_booking(
        booking_id=booking_id,
        slot_id=answers["slot"],
        actor=by,
        actor_role=bookings.Role.COORDINATOR,
        now=now,
    )


def cancel(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.cancel_booking(
        booking_id=booking_id, canceled_by=answers["canceled_by"], actor=by, now=now
    )


def complete(booking_id: int, answers: dict, by: User, now: datetime):
    sessions.end_session(
        booking_id=booking_id,
        outcome=answers["outcome"],
        takeaways=answers["takeaways"],
        noted_by=by,
        actor_role=bookings.Role.COORDINATOR,
        now=now,
    )


def miss(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.record_no_show(booking_id=booking_id, party=answers["party"], recorded_by=by, now=now)


def put_room(booking_id: int, answers: dict, by: User, now: datetime):
    bookings.put_room_link(booking_id=booking_id, url=answers["url"], put_by=by, now=now)


def contact_of(booking):
    names = ["channel", "email", "phone", "discretion", "safe_hours"]
    return {name: getattr(booking.case.resident, name) for name in names}


def change_contact(booking_id: int, answers: dict, by: User, now: datetime):
    contacts.change_contact(booking_id=booking_id, changed_by=by, now=now, **answers)


ACTS = {
    act.name: act
    for act in [
        Act(
            name="confirm",
            label=_("Confirm"),
            explanation=_("An interpreter is found. The resident and the expert are told."),
            done=_("The booking is confirmed."),
            run=confirm,
            is_possible=before_start(BookingStatus.CONFIRMED),
        ),
        Act(
            name="seek",
            label=_("Look for an interpreter again"),
            explanation=_("A new request is made; its page shows who fits."),
            done=_("An interpreter is sought."),
            run=seek,
            is_possible=can_be_sought,
        ),
        Act(
            name="way",
            label=_("Go on otherwise"),
            explanation=_("As the resident said on the telephone, when nobody is found."),
            done=_("It is noted, and the search goes on."),
            run=take_way,
            is_possible=has_ways,
            form=WayForm,
        ),
        Act(
            name="coming",
            label=_("The resident said they will come"),
            explanation=_("After a call. Nobody asks them again."),
            done=_("It is noted that the resident will come."),
            run=note_coming,
            is_possible=attendance.is_asked,
        ),
        Act(
            name="complete",
            label=_("The session took place"),
            done=_("The outcome is saved."),
            run=complete,
            is_possible=after_start(BookingStatus.COMPLETED),
            form=OutcomeForm,
        ),
        Act(
            name="no-show",
            label=_("The session did not take place"),
            done=_("It is noted who did not come."),
            run=miss,
            is_possible=can_be_missed,
            form=NoShowForm,
        ),
        Act(
            name="room",
            label=_("Set the room link"),
            explanation=_("The resident sees it on their page from 15 minutes before."),
            done=_("The room link is saved."),
            run=put_room,
            is_possible=can_get_a_room,
            form=RoomForm,
        ),
        Act(
            name="move",
            label=_("Move to another time"),
            explanation=_("Number and link stay the same. Everybody is told."),
            done=_("The booking has a new time."),
            run=move,
            is_possible=is_to_come,
            form=SlotForm,
        ),
        Act(
            name="hold-again",
            label=_("The interpreter dropped out"),
            explanation=_("The booking is held again until another interpreter is found."),
            done=_("The booking is held again."),
            run=hold_again,
            is_possible=can_be_held_again,
        ),
        Act(
            name="cancel",
            label=_("Cancel the booking"),
            explanation=_("The slot is free at once. Everybody is told."),
            done=_("The booking is canceled."),
            run=cancel,
            is_possible=before_start(BookingStatus.CANCELED),
            form=CancelForm,
            is_danger=True,
        ),
        Act(
            name="contact",
            label=_("Change the contact plan"),
            explanation=_(
                "With another e-mail address the old link is void, and a letter with the new "
                "link goes out at once."
            ),
            done=_("The contact plan is changed."),
            run=change_contact,
            is_possible=is_to_come,
            form=ContactForm,
            initial=contact_of,
            reveals=True,
        ),
    ]
}


def possible_acts(booking: Booking, now: datetime) -> list[Act]:
    """Those that stand on the page of the booking."""
    return [act for act in ACTS.values() if act.is_possible(booking, now) and not act.reveals]
