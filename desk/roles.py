"""Who answers at the desk: administrative scriveners and social workers, and coordinators."""

from accounts.roles import is_coordinator
from consultations.choices import ExpertKind
from consultations.models import Expert

ANSWERING_KINDS = (ExpertKind.ADMINISTRATIVE_SCRIVENER, ExpertKind.SOCIAL_WORKER)


def is_answerer(user) -> bool:
    """One statement for who is no coordinator."""
    if not user.is_authenticated:
        return False
    if is_coordinator(user):
        return True
    return Expert.objects.filter(account=user, kind__in=ANSWERING_KINDS).exists()
