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


Loader = Callable[[list[Notice]], dict[str, object]]


@dataclass(frozen=True)
class Kind:
    compose: Composer
    label: str
    load: Loader | None = None


KINDS: dict[str, Kind] = {}


def register(kind: str, compose: Composer, label: str, load: Loader | None = None) -> None:
    """Let `compose` decide about and write every notice of this kind.

    It is called just before sending, reads everything anew and decides again:
    still wanted, same revision, start in the future, channel safe?

    `load` may read what many notices are about in one query, by their subject keys.
    It runs after the rows were claimed; the composer finds it as `notice.subject` and
    reads anew when that is None.
    """
    if kind in KINDS and KINDS[kind].compose is not compose:
        raise KindTaken(kind)
    KINDS[kind] = Kind(compose, label, load)


def load_subjects(notices: list[Notice]) -> None:
    """Give each notice its `subject`, one query for all of a loader's kinds."""
    by_loader: dict[Loader, list[Notice]] = {}
    for notice in notices:
        if notice.kind in KINDS and (load := KINDS[notice.kind].load):
            by_loader.setdefault(load, []).append(notice)
    for load, its_notices in by_loader.items():
        subjects = load(its_notices)
        for notice in its_notices:
            notice.subject = subjects.get(notice.subject_key)


def compose(notice: Notice, now: datetime) -> Letter | Call | Obsolete | Suppressed:
    if notice.kind not in KINDS:
        raise UnknownKind(notice.kind)
    return KINDS[notice.kind].compose(notice, now)


def label_for(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind
