"""The pages of the sign-in library that this portal uses, and none of its others.

The names are the library's own, so there is no app_name.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from accounts import organizations
from accounts.views import personal, signup_closed

urlpatterns = [
    path("login/", personal(account.login), name="account_login"),
    path("login/code/", personal(account.request_login_code), name="account_request_login_code"),
    path(
        "login/code/confirm/",
        personal(account.confirm_login_code),
        name="account_confirm_login_code",
    ),
    path("organizations/", organizations.join, name="organization_join"),
    path("organizations/thanks/", organizations.asked, name="organization_asked"),
    path("logout/", personal(account.logout), name="account_logout"),
    path("inactive/", personal(account.account_inactive), name="account_inactive"),
    path("signup/", signup_closed, name="account_signup"),
    path("reauthenticate/", personal(account.reauthenticate), name="account_reauthenticate"),
    path(
        "password/change/",
        personal(account.password_change),
        name="account_change_password",
    ),
    path("password/set/", personal(account.password_set), name="account_set_password"),
    path("password/reset/", personal(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        personal(account.password_reset_done),
        name="account_reset_password_done",
    ),
    # Both parts may hold letters and digits; only the first dash parts them.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        personal(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        personal(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", personal(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", personal(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", personal(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", personal(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", personal(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        personal(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        personal(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        personal(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/passkeys/", personal(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", personal(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/passkeys/login/", personal(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path(
        "2fa/passkeys/reauthenticate/",
        personal(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/passkeys/<int:pk>/edit/",
        personal(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "2fa/passkeys/<int:pk>/remove/",
        personal(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]
