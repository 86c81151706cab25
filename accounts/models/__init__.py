from accounts.models.access import AccessLog, AccessLogIsAppendOnly
from accounts.models.organization import Membership, Organization
from accounts.models.user import User

__all__ = ["AccessLog", "AccessLogIsAppendOnly", "Membership", "Organization", "User"]
