"""A history of nothing in particular, to test what every history promises."""

from datetime import datetime
from zoneinfo import ZoneInfo

from history.models import Event


class ThingEvent(Event):
    class Meta:
        # Of no installed app: no migration, no content of the portal's own.
        app_label = "history_tests"

    @classmethod
    def example(cls):
        return {
            "verb": "things.thing_broken",
            "actor_role": cls.ActorRole.SYSTEM,
            "details": {"thing": 1},
            "happened_at": datetime(2030, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo")),
        }
