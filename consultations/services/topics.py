"""Which expert kinds may take which topic."""

from collections.abc import Iterable

from django.db import transaction

from consultations.models import TopicExpertKind
from taxonomy.models import Topic


class TopicKindsChanged(Exception):
    """Somebody else has changed the kinds of this topic since they were looked at."""


@transaction.atomic
def set_topic_kinds(*, topic_code: str, kinds: Iterable[str], seen: Iterable[str]) -> bool:
    """Make these the expert kinds of a topic; whether anything changed.

    `seen` is what the person saw. Raises TopicKindsChanged or Topic.DoesNotExist.
    """
    topic = Topic.objects.select_for_update().get(pk=topic_code)
    rows = TopicExpertKind.objects.filter(topic=topic)
    now_there, wanted = set(rows.values_list("expert_kind", flat=True)), set(kinds)
    if now_there == wanted:
        return False
    if now_there != set(seen):
        raise TopicKindsChanged
    rows.exclude(expert_kind__in=wanted).delete()
    TopicExpertKind.objects.bulk_create(
        TopicExpertKind(topic=topic, expert_kind=kind) for kind in sorted(wanted - now_there)
    )
    return True
