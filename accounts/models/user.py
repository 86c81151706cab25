from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


def letter_languages():
    return settings.LANGUAGES


class LowerCaseEmailField(models.EmailField):
    """Written and looked up in lower case, so that no address exists twice."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value

    def clean(self, value, model_instance):
        return super().clean(value, model_instance).lower()


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_role(self, role):
        return self.filter(groups__name=role)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    @classmethod
    def normalize_email(cls, email):
        return (email or "").strip().lower()

    def create_user(self, email, password=None, **fields):
        """Without a password nobody signs in until one is set by letter."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account: coordinators, experts, interpreters, members of organizations.

    Residents have none.
    """

    email = LowerCaseEmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is an account with this e-mail address already.")},
    )
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(
        _("language of letters"), max_length=12, choices=letter_languages, default="ja"
    )
    is_active = models.BooleanField(
        _("may sign in"),
        default=True,
        help_text=_("Take this away instead of deleting the account. It ends open sessions."),
    )
    is_staff = models.BooleanField(_("works in the administration pages"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                name="user_email_is_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self):
        return f"{self.name} <{self.email}>" if self.name else self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def roles(self):
        """The names of this user's groups, read once."""
        return frozenset(self.groups.values_list("name", flat=True))

    def forget_roles(self):
        self.__dict__.pop("roles", None)

    @property
    def language_of_letters(self):
        """Letters about the account itself exist in the staff languages only."""
        if self.language in settings.STAFF_LANGUAGES:
            return self.language
        return "ja" if self.language.startswith("ja") else "en"

    def set_staff(self, is_staff):
        self.is_staff = is_staff
        self.save(update_fields=["is_staff"])

    def set_email(self, email):
        self.email = type(self).objects.normalize_email(email)
        self.save(update_fields=["email"])

    def disable(self):
        """Every open session ends with its next request."""
        self.is_active = False
        self.save(update_fields=["is_active"])

    def enable(self):
        self.is_active = True
        self.save(update_fields=["is_active"])
