from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrganizationQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(approved_at__isnull=False)

    def waiting(self):
        return self.filter(approved_at__isnull=True)


class Organization(models.Model):
    """A body whose staff ask the desk or request interpreters."""

    class Kind(models.TextChoices):
        INTERNATIONAL_ASSOCIATION = "international_association", _("international association")
        WELFARE_COUNCIL = "welfare_council", _("council of social welfare")
        MUNICIPALITY = "municipality", _("municipality")
        PREFECTURE = "prefecture", _("prefecture")
        PUBLIC_BODY = "public_body", _("other public body")
        SCHOOL = "school", _("school")
        MEDICAL = "medical", _("hospital or clinic")
        NONPROFIT = "nonprofit", _("nonprofit organization")
        OTHER = "other", _("other")

    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    prefecture_code = models.CharField(
        _("prefecture code"),
        max_length=2,
        blank=True,
        help_text=_("Two digits, as in JIS X 0401: 13 is Tokyo."),
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="accounts.Membership",
        related_name="organizations",
        verbose_name=_("members"),
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                name="organization_name_is_unique_in_its_prefecture",
                fields=["name", "prefecture_code"],
                violation_error_message=_("This organization is registered already."),
            ),
            models.CheckConstraint(
                name="organization_approval_has_a_person",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="organization_prefecture_code_is_two_digits",
                condition=Q(prefecture_code="") | Q(prefecture_code__regex=r"^[0-4][0-9]$"),
                violation_error_message=_("Please write two digits, 01 to 47."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_approved(self):
        return self.approved_at is not None

    def approve(self, by, at):
        self.approved_by = by
        self.approved_at = at
        self.save(update_fields=["approved_by", "approved_at"])

    def withdraw_approval(self):
        self.approved_by = self.approved_at = None
        self.save(update_fields=["approved_by", "approved_at"])


class Membership(models.Model):
    """One user's place in one organization."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        # The person whom a coordinator asks when the organization's people change.
        CONTACT = "contact", _("contact person")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("organization"),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once_per_user_and_organization",
                fields=["user", "organization"],
                violation_error_message=_("This person is a member already."),
            ),
        ]

    def __str__(self):
        return f"{self.organization_id}:{self.user_id}"
