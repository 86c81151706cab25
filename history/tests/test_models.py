import pytest

from history.models import HistoryIsAppendOnly
from history.tests.things import ThingEvent


def rewrite(event):
    event.verb = "things.thing_mended"
    event.save()


ATTEMPTS = {
    "save": rewrite,
    "save of one column": lambda event: event.save(update_fields=["verb"]),
    "delete": lambda event: event.delete(),
    "update": lambda event: ThingEvent.objects.update(verb="things.thing_mended"),
    "update of a selection": lambda event: ThingEvent.objects.filter(pk=1).update(details={}),
    "bulk update": lambda event: ThingEvent.objects.bulk_update([event], ["verb"]),
    "update or create": lambda event: ThingEvent.objects.update_or_create(
        pk=event.pk, defaults={"verb": "things.thing_mended"}
    ),
    "delete of all": lambda event: ThingEvent.objects.all().delete(),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_has_happened_is_never_changed(event, attempt):
    before = ThingEvent.objects.values().get()

    with pytest.raises(HistoryIsAppendOnly):
        ATTEMPTS[attempt](event)

    assert ThingEvent.objects.values().get() == before


def test_history_grows(event):
    later = ThingEvent.objects.create(**ThingEvent.example())

    assert list(ThingEvent.objects.order_by("pk")) == [event, later]


def test_a_line_says_what_happened_and_when(event):
    assert str(event).startswith("things.thing_broken 2030-04-01")
