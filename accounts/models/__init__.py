from accounts.models.access import AccessLog, AccessLogIsAppendOnly
from accounts.models.application import Application
from accounts.models.organization import Membership, Organization
from accounts.models.user import User

__all__ = [
    "AccessLog",
    "AccessLogIsAppendOnly",
    "Application",
    "Membership",
    "Organization",
    "User",
]
