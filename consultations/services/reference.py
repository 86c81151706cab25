"""What every installation begins with: who may take which topic, emergency numbers."""

import csv

from django.conf import settings
from django.db import transaction

from consultations.models import EmergencyLine, TopicExpertKind


@transaction.atomic
def load_consultation_reference() -> int:
    """Create what is missing; how many rows. What coordinators changed stays.

    The topic table is filled for topics that have no row at all, so that a kind
    taken away by hand does not come back.
    """
    filled = set(TopicExpertKind.objects.values_list("topic_id", flat=True))
    kinds = [
        TopicExpertKind(topic_id=row["topic"], expert_kind=kind)
        for row in _rows("topic_expert_kinds.csv")
        if row["topic"] not in filled
        for kind in row["expert_kinds"].split()
    ]
    TopicExpertKind.objects.bulk_create(kinds)
    known = set(EmergencyLine.objects.values_list("code", flat=True))
    lines = [
        EmergencyLine(**row) for row in _rows("emergency_lines.csv") if row["code"] not in known
    ]
    EmergencyLine.objects.bulk_create(lines)
    return len(kinds) + len(lines)


def _rows(name):
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
