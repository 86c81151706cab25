"""Another way of reaching a resident, and the letter that did not come."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from cases.choices import ContactChannel
from cases.models import CaseEvent, Resident
from cases.services import record_event
from consultations import link_notices, notices
from consultations.models import Booking
from consultations.services.bookings import BookingNotOpen
from consultations.services.limits import contact_digest_of
from privacy.digests import lookup_digest
from privacy.networks import count_attempt

Role = CaseEvent.ActorRole
A_DAY = timedelta(days=1)
LETTERS_A_DAY = 3
CHANGES_A_DAY = 5


class ContactTaken(Exception):
    """Somebody else's open booking is counted by this address or number."""


def change_own_contact(*, booking_id: int, now: datetime, **plan) -> bool:
    """What the resident mends on the page of the booking; whether the old link is void now.

    Raises BookingNotOpen, ContactTaken, or privacy's TooManyAttempts. Every try counts,
    so that nobody asks address after address who has a booking.
    """
    _count(booking_id, "contact_change", most=CHANGES_A_DAY, now=now)
    return change_contact(booking_id=booking_id, actor_role=Role.RESIDENT, now=now, **plan)


@transaction.atomic
def change_contact(
    *,
    booking_id: int,
    channel: str,
    email: str,
    phone: str,
    discretion: str,
    safe_hours: list[str],
    actor_role: str = Role.COORDINATOR,
    changed_by: User | None = None,
    now: datetime,
) -> bool:
    """Change how the resident of a booking is reached; whether the old links are void now.

    With another e-mail address every open booking gets a new link, and the letter
    that carries it goes to the new address. E-mail and telephone are normalized.
    Raises BookingNotOpen, and ContactTaken unless a coordinator asks.
    """
    resident_id = Booking.objects.values_list("case__resident", flat=True).get(pk=booking_id)
    resident = Resident.objects.select_for_update().get(pk=resident_id)
    is_new_address = resident.email != email
    is_new_channel = resident.channel != channel
    resident.change_contact(
        channel=channel, email=email, phone=phone, discretion=discretion, safe_hours=safe_hours
    )
    bookings = list(_open_bookings(resident, now))
    if booking_id not in {booking.pk for booking in bookings}:
        raise BookingNotOpen
    for booking in bookings:
        _count_by_new_contact(booking, resident, actor_role, now=now)
        if is_new_address:
            booking.revoke_link()
        if is_new_address or is_new_channel:
            link_notices.link_wanted(booking, now=now)
        notices.contact_changed(booking, now=now)
        record_event(
            case_id=booking.case_id,
            verb="consultations.contact_changed",
            actor=changed_by,
            actor_role=actor_role,
            now=now,
            booking=booking.pk,
            link_revoked=is_new_address,
        )
    return is_new_address


def send_letter_again(*, booking_id: int, now: datetime) -> None:
    """The letter with the link, once more.

    Raises BookingNotOpen, also where no letter is wanted, or privacy's TooManyAttempts.
    """
    _count(booking_id, "letter_again", most=LETTERS_A_DAY, now=now)
    _send_again(booking_id, now=now)


@transaction.atomic
def _send_again(booking_id, *, now):
    Booking.objects.select_for_update().get(pk=booking_id)
    booking = Booking.objects.with_story().get(pk=booking_id)
    by_email = booking.case.resident.channel == ContactChannel.EMAIL
    if not booking.is_open or booking.slot.starts_at <= now or not by_email:
        raise BookingNotOpen
    link_notices.link_wanted(booking, now=now)
    record_event(
        case_id=booking.case_id,
        verb="consultations.letter_sent_again",
        actor_role=Role.RESIDENT,
        now=now,
        booking=booking.pk,
    )


def _count(booking_id, what, *, most, now):
    """Outside the transaction of the act: what was refused is counted too."""
    sender = lookup_digest(f"booking:{booking_id}", "attempts for a booking")
    count_attempt(sender=sender, what=what, most=most, within=A_DAY, now=now)


def _open_bookings(resident, now):
    open_bookings = Booking.objects.open().filter(case__resident=resident, slot__starts_at__gt=now)
    return open_bookings.select_for_update(of=("self",)).with_story().order_by("pk")


def _count_by_new_contact(booking, resident, actor_role, *, now):
    """One open booking for an address or number; what a coordinator booked counts for none."""
    by_coordinator = actor_role == Role.COORDINATOR
    if by_coordinator and not booking.contact_digest:
        return
    digest = contact_digest_of(resident)
    same = Booking.objects.open().filter(contact_digest=digest).exclude(pk=booking.pk)
    # One that is over and only lacks its outcome stands in nobody's way.
    same.filter(slot__ends_at__lte=now).exclude(contact_digest="").update(contact_digest="")
    if same.filter(case__resident=resident).exists():
        digest = ""
    try:
        with transaction.atomic():
            booking.put_contact_digest(digest)
    except IntegrityError:
        if not by_coordinator:
            raise ContactTaken from None
        booking.put_contact_digest("")
