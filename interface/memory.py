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

    def __init__(self, lifetime: float, most: int | None = None):
        self.lifetime = lifetime
        # Where anybody can make keys up: with more than so many, all are forgotten.
        self.most = most
        self.forget()
        self.everything.add(self)

    def get(self, key: Hashable, make: Callable[[], Any]):
        value = self.find(key)
        if value is None:
            value = make()
            self.keep(key, value)
        return value

    def find(self, key: Hashable):
        """The value, or None when there is none or it is too old."""
        made_at, value = self._values.get(key, (None, None))
        return None if made_at is None or monotonic() - made_at > self.lifetime else value

    def keep(self, key: Hashable, value):
        if self.most is not None and len(self._values) >= self.most:
            self.forget()
        self._values[key] = (monotonic(), value)

    def forget(self):
        self._values: dict[Hashable, tuple[float, Any]] = {}

    @classmethod
    def forget_all(cls):
        """For tests, and for whoever changes data and looks at once."""
        for memory in cls.everything:
            memory.forget()
