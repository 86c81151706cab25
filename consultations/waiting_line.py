"""What pages and the desk read of the waiting list."""

from django.db.models import Q, QuerySet

from consultations.choices import WaitingStatus
from consultations.models import TopicExpertKind, WaitingEntry


def entry_behind(token: str) -> WaitingEntry | None:
    """The entry a capability link opens, with all its page needs, in one query."""
    return WaitingEntry.objects.for_token(token).with_story().first()


def entry_instead_of(token: str) -> bool:
    """Whether the link leads on to the list: the appointment behind it fell out."""
    entries = WaitingEntry.objects.for_token(token).filter(replaces__isnull=False)
    return entries.exclude(status__in=[WaitingStatus.LEFT, WaitingStatus.TAKEN]).exists()


def people_before(entry: WaitingEntry) -> int:
    """How many in line come before this entry for the same kinds of experts."""
    kinds = TopicExpertKind.objects.filter(topic=entry.case.primary_topic_id)
    topics = TopicExpertKind.objects.filter(expert_kind__in=kinds.values("expert_kind"))
    earlier = Q(joined_at__lt=entry.joined_at) | Q(joined_at=entry.joined_at, pk__lt=entry.pk)
    earlier &= Q(is_first=entry.is_first)
    if not entry.is_first:
        earlier |= Q(is_first=True)
    rivals = WaitingEntry.objects.in_line().filter(case__primary_topic__in=topics.values("topic"))
    return rivals.exclude(pk=entry.pk).filter(earlier).count()


def first_without_offer() -> QuerySet[WaitingEntry]:
    """Those the other side has let down and who have no time yet; for the board."""
    entries = WaitingEntry.objects.in_line().filter(is_first=True)
    return entries.with_story().sealed().order_by("joined_at", "pk")
