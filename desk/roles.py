"""Who answers at the desk: administrative scriveners and social workers, and coordinators."""

from accounts.models import Membership
from accounts.roles import is_coordinator
from consultations.choices import ExpertKind
from consultations.models import Expert

ANSWERING_KINDS = (ExpertKind.ADMINISTRATIVE_SCRIVENER, ExpertKind.SOCIAL_WORKER)


def reads_articles(user) -> bool:
    """Members of approved organizations, and whoever answers."""
    member = Membership.objects.filter(user=user, organization__approved_at__isnull=False)
    return member.exists() or is_answerer(user)


def is_answerer(user) -> bool:
    """One statement for who is no coordinator."""
    if not user.is_authenticated:
        return False
    if is_coordinator(user):
        return True
    return Expert.objects.active().filter(account=user, kind__in=ANSWERING_KINDS).exists()
