"""What interpreters do for themselves: say when they can, take a seat, ask for a calendar."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction

from accounts.models import User
from interpreters.models import Availability, CalendarFeed, Interpreter, Seat, Workshop


class WorkshopFull(Exception):
    """Every seat is taken, or it has begun."""


def say_hours(
    *,
    interpreter: Interpreter,
    starts: time,
    ends: time,
    weekday: int | None = None,
    on: date | None = None,
    is_free: bool,
) -> Availability:
    """Every week on a weekday, or on one day. IntegrityError unless exactly one is given."""
    return Availability.objects.create(
        interpreter=interpreter, weekday=weekday, date=on, starts=starts, ends=ends, is_free=is_free
    )


def forget_hours(*, interpreter: Interpreter, availability_id: int) -> None:
    """Take back what was said; somebody else's, or none, changes nothing."""
    interpreter.availabilities.filter(pk=availability_id).delete()


def take_seat(*, workshop_id: int, user: User, is_interpreter: bool, now: datetime) -> Seat:
    """Sign up; a second time changes nothing.

    Raises WorkshopFull, also when it is meant for others.
    """
    try:
        with transaction.atomic():
            workshop = (
                Workshop.objects.to_come(now)
                .for_people(is_interpreter=is_interpreter)
                .select_for_update(of=("self",))
                .filter(pk=workshop_id)
                .first()
            )
            if workshop is None or workshop.seats.count() >= workshop.capacity:
                if own := Seat.objects.filter(workshop=workshop_id, participant=user).first():
                    return own
                raise WorkshopFull
            return Seat.objects.create(workshop=workshop, participant=user, taken_at=now)
    except IntegrityError:
        return Seat.objects.get(workshop=workshop_id, participant=user)


def leave_seat(*, workshop_id: int, user: User, now: datetime) -> None:
    """Somebody else can have it. What has begun stays as it is."""
    seats = Seat.objects.filter(workshop=workshop_id, participant=user)
    seats.filter(workshop__starts_at__gt=now).delete()


@transaction.atomic
def feed_of(interpreter: Interpreter, *, anew: bool = False) -> CalendarFeed:
    """The address for a calendar program; with `anew` another one, and the old is dead."""
    feed = CalendarFeed.objects.select_for_update().filter(interpreter=interpreter).first()
    if feed is None:
        feed = CalendarFeed(interpreter=interpreter)
        feed.set_link_digest()
        feed.save()
    elif anew:
        feed.revoke_link()
    return feed
