"""What many pages need and seldom changes, remembered in the process for a moment."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any
from weakref import WeakSet


class ShortMemory:
    """Values by key, each made anew when it is older than `lifetime` seconds.

    Only for what is the same for everybody: opening hours, lists of choices. A
    change in the admin shows after `lifetime` at the latest, in every process.
    """

    everything: "WeakSet[ShortMemory]" = WeakSet()

    def __init__(self, lifetime: float):
        self.lifetime = lifetime
        self.forget()
        self.everything.add(self)

    def get(self, key: Hashable, make: Callable[[], Any]):
        made_at, value = self._values.get(key, (None, None))
        if made_at is None or monotonic() - made_at > self.lifetime:
            value = make()
            self._values[key] = (monotonic(), value)
        return value

    def forget(self):
        self._values: dict[Hashable, tuple[float, Any]] = {}

    @classmethod
    def forget_all(cls):
        """For tests, and for whoever changes data and looks at once."""
        for memory in cls.everything:
            memory.forget()
