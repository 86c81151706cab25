from contextlib import suppress

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import applications, roles, services
from accounts.forms import UserForm
from accounts.middleware import has_second_factor
from accounts.models import AccessLog, Application, Membership, Organization, User
from interface.concurrency import VersionedAdminMixin

# The library's own pages would go around the services, and show secrets.
for model in [EmailAddress, Authenticator]:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organization"]


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return list(roles.ROLES.items())

    def queryset(self, request, queryset):
        return queryset.with_role(self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(VersionedAdminMixin, admin.ModelAdmin):
    form = UserForm
    list_display = ["name", "email", "role_names", "is_active", "last_login"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["name", "email"]
    ordering = ["name", "pk"]
    readonly_fields = ["role_names", "second_factor", "is_active", "last_login", "created_at"]
    inlines = [MembershipInline]
    actions = [
        "send_password_link",
        "disable_accounts",
        "enable_accounts",
        "remove_second_factor",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request, obj=None):
        person = ["email", "name", "language"]
        if obj is None:
            return [*person, "roles"]
        role_field = "roles" if roles.is_supervisor(request.user) else "role_names"
        return [*person, role_field, "is_active", "second_factor", "last_login", "created_at"]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.grantable_roles = roles.grantable_by(request.user)
        if obj and not roles.is_supervisor(request.user):
            # Not shown is not enough: what is posted all the same would count.
            form.base_fields.pop("roles", None)
        return form

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def has_change_permission(self, request, obj=None):
        """Whoever could change the e-mail address of somebody with more rights has them too."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_manage(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            invited = services.invite_user(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                role_names=form.cleaned_data["roles"],
                invited_by=request.user,
                now=timezone.now(),
            )
            # The admin goes on with the object of its form.
            obj.__dict__.update(invited.__dict__)
            return
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            services.change_email(user=obj, email=obj.email)
        if "roles" in form.changed_data:
            services.change_roles(
                user=obj, role_names=form.cleaned_data["roles"], changed_by=request.user
            )

    @admin.display(description=_("roles"))
    def role_names(self, user):
        names = {group.name for group in user.groups.all()}
        return ", ".join(str(label) for code, label in roles.ROLES.items() if code in names)

    @admin.display(description=_("second step"), boolean=True)
    def second_factor(self, user):
        return has_second_factor(user)

    @admin.action(description=_("Send a link to set a password"), permissions=["change"])
    def send_password_link(self, request, queryset):
        users = self._manageable(request, queryset.active())
        for user in users:
            services.send_invitation(user=user, now=timezone.now())
        text = ngettext(
            "%(count)d letter is planned.", "%(count)d letters are planned.", len(users)
        )
        self.message_user(request, text % {"count": len(users)})

    @admin.action(description=_("Close the accounts"), permissions=["change"])
    def disable_accounts(self, request, queryset):
        users = self._manageable(request, queryset.exclude(pk=request.user.pk))
        for user in users:
            user.disable()
        text = ngettext(
            "%(count)d account is closed.", "%(count)d accounts are closed.", len(users)
        )
        self.message_user(request, text % {"count": len(users)})

    @admin.action(description=_("Open the accounts again"), permissions=["change"])
    def enable_accounts(self, request, queryset):
        users = self._manageable(request, queryset)
        for user in users:
            user.enable()
        text = ngettext("%(count)d account is open.", "%(count)d accounts are open.", len(users))
        self.message_user(request, text % {"count": len(users)})

    @admin.action(
        description=_("Remove the second step (phone and codes are lost)"), permissions=["change"]
    )
    def remove_second_factor(self, request, queryset):
        users = self._manageable(request, queryset.exclude(pk=request.user.pk))
        for user in users:
            services.remove_second_factors(user=user)
        text = ngettext(
            "%(count)d account sets up its second step anew.",
            "%(count)d accounts set up their second step anew.",
            len(users),
        )
        self.message_user(request, text % {"count": len(users)})

    def _manageable(self, request, queryset):
        users = [user for user in queryset if may_manage(request.user, user)]
        left_out = queryset.count() - len(users)
        if left_out:
            text = ngettext(
                "%(count)d account is left as it is: a supervisor manages it.",
                "%(count)d accounts are left as they are: a supervisor manages them.",
                left_out,
            )
            self.message_user(request, text % {"count": left_out}, messages.WARNING)
        return users


def may_manage(manager, user):
    """Coordinators manage those who are not staff, supervisors all but superusers."""
    if manager.is_superuser:
        return True
    if user.is_superuser:
        return False
    return roles.is_supervisor(manager) or not roles.is_staff_member(user)


class PrefectureFilter(admin.AllValuesFieldListFilter):
    def choices(self, changelist):
        for choice in super().choices(changelist):
            # Without a code there would be a link without a word.
            yield {**choice, "display": choice["display"] or "–"}


@admin.register(Organization)
class OrganizationAdmin(VersionedAdminMixin, admin.ModelAdmin):
    list_display = ["name", "kind", "prefecture_code", "approved_at"]
    list_filter = [
        "kind",
        ("approved_at", admin.EmptyFieldListFilter),
        ("prefecture_code", PrefectureFilter),
    ]
    search_fields = ["name"]
    ordering = ["name", "pk"]
    fields = ["name", "kind", "prefecture_code", "phone", "approved_at", "approved_by"]
    readonly_fields = ["approved_at", "approved_by"]
    inlines = [MembershipInline]
    actions = ["approve", "withdraw_approval"]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Approve the organizations"), permissions=["change"])
    def approve(self, request, queryset):
        organizations = list(queryset.waiting())
        for organization in organizations:
            organization.approve(by=request.user, at=timezone.now())
        text = ngettext(
            "%(count)d organization is approved.",
            "%(count)d organizations are approved.",
            len(organizations),
        )
        self.message_user(request, text % {"count": len(organizations)})

    @admin.action(description=_("Withdraw the approval"), permissions=["change"])
    def withdraw_approval(self, request, queryset):
        organizations = list(queryset.approved())
        for organization in organizations:
            organization.withdraw_approval()
        text = ngettext(
            "%(count)d organization has lost its approval.",
            "%(count)d organizations have lost their approval.",
            len(organizations),
        )
        self.message_user(request, text % {"count": len(organizations)})


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):
    """Who wants to join; decided in one act, on the list or on its page."""

    list_display = ["organization_name", "kind", "prefecture_code", "asked_at", "status"]
    list_filter = ["status", "kind"]
    ordering = ["-asked_at", "-pk"]
    fields = [
        ("organization_name", "kind"),
        ("prefecture_code", "phone"),
        ("name", "email", "language"),
        ("asked_at", "status"),
        ("decided_at", "decided_by", "organization"),
    ]
    actions = ["approve", "refuse"]

    def get_readonly_fields(self, request, obj=None):
        return [name for row in self.fields for name in row]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization", "decided_by")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(
        description=_("Approve: make organization, account and membership"), permissions=["change"]
    )
    def approve(self, request, queryset):
        self._decide(request, queryset, applications.approve_application)

    @admin.action(description=_("Refuse (please call them)"), permissions=["change"])
    def refuse(self, request, queryset):
        self._decide(request, queryset, applications.refuse_application)

    def _decide(self, request, queryset, decide):
        decided = 0
        for pk in queryset.waiting().values_list("pk", flat=True):
            with suppress(applications.AlreadyDecided):
                decide(application_id=pk, by=request.user, now=timezone.now())
                decided += 1
        text = ngettext(
            "%(count)d application is decided.", "%(count)d applications are decided.", decided
        )
        self.message_user(request, text % {"count": decided})


@admin.register(AccessLog)
class AccessLogAdmin(admin.ModelAdmin):
    list_display = ["happened_at", "user", "subject", "purpose"]
    list_filter = ["purpose"]
    list_select_related = ["user"]
    search_fields = ["subject", "user__name", "user__email"]
    date_hierarchy = "happened_at"
    ordering = ["-happened_at", "-pk"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
