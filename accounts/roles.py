"""What people are to the association. A role is a Django group of this name."""

from django.utils.translation import gettext_lazy as _

COORDINATOR = "coordinator"
SUPERVISOR = "supervisor"
EXPERT = "expert"
INTERPRETER = "interpreter"
EDITOR = "editor"

ROLES = {
    COORDINATOR: _("coordinator"),
    SUPERVISOR: _("supervisor"),
    EXPERT: _("expert"),
    INTERPRETER: _("interpreter"),
    EDITOR: _("editor"),
}
# These see what others entrusted to the association, and need a second factor.
STAFF_ROLES = frozenset({COORDINATOR, SUPERVISOR, EXPERT, EDITOR})
# These work in the admin.
ADMIN_ROLES = frozenset({COORDINATOR, SUPERVISOR, EDITOR})

# What a coordinator may give when making an account: nothing that reaches further.
GRANTABLE_BY_COORDINATORS = frozenset({EXPERT, INTERPRETER})


def grantable_by(user):
    if is_supervisor(user):
        return frozenset(ROLES)
    return GRANTABLE_BY_COORDINATORS if is_coordinator(user) else frozenset()


def is_coordinator(user):
    """Supervisors do everything a coordinator does; who is not signed in does nothing."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or not {COORDINATOR, SUPERVISOR}.isdisjoint(user.roles)


def is_supervisor(user):
    return user.is_superuser or SUPERVISOR in user.roles


def is_expert(user):
    return EXPERT in user.roles


def is_interpreter(user):
    return INTERPRETER in user.roles


def is_editor(user):
    return EDITOR in user.roles


def is_staff_member(user):
    """Whoever must sign in with a second factor."""
    return user.is_staff or user.is_superuser or not STAFF_ROLES.isdisjoint(user.roles)
