from datetime import datetime

from accounts.models import AccessLog, User


def record_access(*, user: User, subject: str, purpose: str, now: datetime) -> None:
    """Note that somebody opened a person's data. `subject` is `cases.Resident:<key>`."""
    AccessLog.objects.create(user=user, subject=subject, purpose=purpose, happened_at=now)
