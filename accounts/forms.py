from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import User


class Plain:
    """Labels stand above the fields; a placeholder would only repeat them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if field.widget.attrs.get("autocomplete") == "one-time-code":
                field.widget.attrs["spellcheck"] = "false"


class LoginForm(Plain, account_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What password managers and passkeys look for.
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class RequestLoginCodeForm(Plain, account_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(Plain, account_forms.ConfirmLoginCodeForm):
    pass


class ResetPasswordForm(Plain, account_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, account_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, account_forms.ChangePasswordForm):
    pass


class SetPasswordForm(Plain, account_forms.SetPasswordForm):
    pass


class ReauthenticateForm(Plain, account_forms.ReauthenticateForm):
    pass


class AuthenticateForm(Plain, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(Plain, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(Plain, totp_forms.ActivateTOTPForm):
    pass


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name of the device"), required=False, max_length=100, strip=True
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone, without a password"),
        required=False,
        initial=True,
        help_text=_("The device then asks for your fingerprint, your face or its PIN."),
    )


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    name = forms.CharField(label=_("Name of the device"), max_length=100)


class UserForm(forms.ModelForm):
    """Who somebody is and what they do here. Offers only the roles it is given."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Members of an organization need no role."),
    )
    grantable_roles = frozenset()

    class Meta:
        model = User
        fields = ["email", "name", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "roles" not in self.fields:
            return
        self.fields["roles"].choices = [
            (code, label) for code, label in roles.ROLES.items() if code in self.grantable_roles
        ]
        if self.instance.pk:
            self.initial["roles"] = sorted(self.instance.roles)
