"""Who writes which letter. Higher apps register their composers from `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notifications.letters import Call, Letter, Obsolete, Suppressed
from notifications.models import Notice

Composer = Callable[[Notice, datetime], Letter | Call | Obsolete | Suppressed]


class UnknownKind(Exception):
    """No composer is registered for this kind of notice."""


class KindTaken(Exception):
    """Another composer is registered for this kind already."""


@dataclass(frozen=True)
class Kind:
    compose: Composer
    label: str


KINDS: dict[str, Kind] = {}


def register(kind: str, compose: Composer, label: str) -> None:
    """Let `compose` decide about and write every notice of this kind.

    It is called just before sending, reads everything anew and decides again:
    still wanted, same revision, start in the future, channel safe?
    """
    if kind in KINDS and KINDS[kind].compose is not compose:
        raise KindTaken(kind)
    KINDS[kind] = Kind(compose, label)


def compose(notice: Notice, now: datetime) -> Letter | Call | Obsolete | Suppressed:
    if notice.kind not in KINDS:
        raise UnknownKind(notice.kind)
    return KINDS[notice.kind].compose(notice, now)


def label_for(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind
