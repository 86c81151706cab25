"""Against abuse: how much one network or one address may take, and how to prove oneself.

A network is a range of addresses, known by a digest that changes every day. It may hold a
few slots while people type and book a few on its word; whoever comes after them proves that
the e-mail address is theirs, or calls. Nobody is told that somebody else has a booking: the
limits all look the same from outside.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from cases.choices import ContactChannel
from cases.models import Resident
from consultations.models import Booking, Draft, Slot
from privacy.digests import lookup_digest
from privacy.networks import count_attempt

CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=30)
CODE_TRIES = 5
LETTERS_PER_ADDRESS = 3
LETTERS_PER_NETWORK = 60
LETTERS_WITHIN = timedelta(hours=1)


class ProofNeeded(Exception):
    """Too much comes from this network, or the address has an open booking already."""


class AlreadyBooked(Exception):
    """Who has proved that the address is theirs has an open booking: `booking`."""

    def __init__(self, booking):
        super().__init__()
        self.booking = booking


# TYPING HOLDS


def hold(draft: Draft, slot_id: int, *, until: datetime, now: datetime) -> bool | None:
    """Keep a slot for a draft: True, or None when somebody else has it.

    False when it is free but the network keeps as many as it may: the person can go on,
    and whoever sends first has it.
    """
    slots = Slot.objects
    if not draft.network:
        return slots.hold(slot_id=slot_id, draft_key=draft.pk, until=until, now=now) or None
    for seat in _free_seats(draft, slot_id, now=now):
        try:
            with transaction.atomic():
                is_held = slots.hold(
                    slot_id=slot_id,
                    draft_key=draft.pk,
                    until=until,
                    now=now,
                    network=draft.network,
                    seat=seat,
                )
        except IntegrityError:
            # Somebody on the same network has just sat down there.
            continue
        return is_held or None
    is_free = slots.filter(pk=slot_id).unbooked().unheld(now, draft.pk).exists()
    return False if is_free else None


def _free_seats(draft, slot_id, *, now):
    """The seats of the network nobody sits on, the own one first."""
    here = Slot.objects.filter(held_network=draft.network)
    is_booked = Exists(Booking.objects.occupying().filter(slot=OuterRef("pk")))
    here.filter(Q(held_until__lte=now) | is_booked).update(held_network="", held_seat=None)
    taken = dict(here.values_list("held_seat", "pk"))
    seats = range(1, settings.NETWORK_HOLDS + 1)
    own = [seat for seat in seats if taken.get(seat) == slot_id]
    return own + [seat for seat in seats if seat not in taken]


# BOOKINGS


def with_bookings_here(slots, network: str | None = None):
    """Slots with `bookings_here`: how many open bookings the network made on its word.

    The network is that of the draft which holds the slot, unless it is given.
    """
    network = OuterRef("held_by_draft__network") if network is None else Value(network)
    on_its_word = (
        Booking.objects.open()
        .filter(network=network, network_seat__isnull=False)
        .order_by()
        .values("network")
        .annotate(count=Count("pk"))
    )
    return slots.annotate(bookings_here=Coalesce(Subquery(on_its_word.values("count")), 0))


def seat_for(draft: Draft, bookings_here: int, *, now: datetime) -> int | None:
    """The seat of the network a booking sits on; None for who has proved the address.

    Raises ProofNeeded when all are taken. The constraint decides when two take the same.
    """
    if not draft.network or is_proven(draft.answers):
        return None
    if not bookings_here:
        return 1
    open_here = Booking.objects.open().filter(network=draft.network, network_seat__isnull=False)
    taken = set(open_here.values_list("network_seat", flat=True))
    for seat in range(1, settings.NETWORK_BOOKINGS + 1):
        if seat not in taken:
            return seat
    raise ProofNeeded


def contact_digest_of(resident: Resident) -> str:
    """What one open booking is counted by: the address or number the person is reached by."""
    digests = {
        ContactChannel.EMAIL: resident.email_digest,
        ContactChannel.PHONE: resident.phone_digest,
    }
    return digests.get(resident.channel, "")


def look_for_another_booking(draft: Draft, *, now: datetime) -> None:
    """Why an address could not be booked with.

    One that is over and only lacks its outcome stands in nobody's way. Raises ProofNeeded,
    or AlreadyBooked for who has proved that the address is theirs.
    """
    digest = digest_in(draft.answers)
    other = Booking.objects.open().filter(contact_digest=digest).select_related("slot").first()
    if not digest or other is None:
        return
    if other.slot.ends_at <= now:
        Booking.objects.filter(pk=other.pk).update(contact_digest="")
        return
    raise AlreadyBooked(other) if is_proven(draft.answers) else ProofNeeded


def digest_in(answers: dict) -> str:
    """The contact digest of a draft's answers."""
    if answers.get("channel") == ContactChannel.EMAIL:
        return lookup_digest(answers.get("email", ""), "email")
    if answers.get("channel") == ContactChannel.PHONE:
        return lookup_digest(answers.get("phone", ""), "phone")
    return ""


# PROOF BY E-MAIL


def is_proven(answers: dict) -> bool:
    """Whether the address that is written now has been proved."""
    return bool(answers.get("proven")) and answers["proven"] == digest_in(answers)


def can_prove(answers: dict) -> bool:
    return answers.get("channel") == ContactChannel.EMAIL and bool(answers.get("email"))


@transaction.atomic
def new_code(*, draft: Draft, now: datetime) -> str:
    """The digits to send to the address of the draft; the older ones are void.

    Raises privacy's TooManyAttempts: letters are rare, so that nobody floods a stranger.
    """
    count_attempt(
        sender=draft.network,
        what="code_letter",
        most=LETTERS_PER_NETWORK,
        within=LETTERS_WITHIN,
        now=now,
    )
    count_attempt(
        sender=digest_in(draft.answers),
        what="code_letter",
        most=LETTERS_PER_ADDRESS,
        within=LETTERS_WITHIN,
        now=now,
    )
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    proof = {
        "code": lookup_digest(code, f"proof {draft.pk}"),
        "address": digest_in(draft.answers),
        "until": (now + CODE_LASTS).isoformat(),
        "tries": 0,
    }
    draft.put({"proof": proof}, expires_at=now + settings.DRAFT_LIFETIME)
    return code


@transaction.atomic
def check_code(*, key: UUID, code: str, now: datetime) -> bool:
    """Whether these are the digits; then the address is proved. Raises Draft.DoesNotExist.

    False as well when they are too old or were tried too often.
    """
    draft = Draft.objects.live(now).select_for_update().get(pk=key)
    proof = draft.answers.get("proof") or {}
    is_late = not proof or now >= datetime.fromisoformat(proof["until"])
    if is_late or proof["tries"] >= CODE_TRIES:
        return False
    digest = lookup_digest(code, f"proof {draft.pk}")
    is_right = secrets.compare_digest(digest, proof["code"])
    if is_right:
        changes = {"proof": None, "proven": proof["address"]}
    else:
        changes = {"proof": proof | {"tries": proof["tries"] + 1}}
    draft.put(changes, expires_at=now + settings.DRAFT_LIFETIME)
    return is_right
