"""What happened, in words. Each app brings its own: `<app>/history/<what_happened>.html`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import select_template

from history.models import Event


@dataclass(frozen=True)
class Line:
    """One line of a history as people read it."""

    happened_at: datetime
    who: str
    what: str


def lines_of(events: Iterable[Event]) -> list[Line]:
    """Select `actor` along with the events."""
    return [Line(event.happened_at, who(event), what(event)) for event in events]


def who(event: Event) -> str:
    if event.actor:
        return event.actor.get_full_name() or str(event.get_actor_role_display())
    return str(event.get_actor_role_display())


def what(event: Event) -> str:
    """In the active language; the bare verb where an app has no words for it."""
    app, _dot, happened = event.verb.partition(".")
    template = select_template([f"{app}/history/{happened}.html", "history/unknown.html"])
    return template.render({"event": event, "details": event.details}).strip()
