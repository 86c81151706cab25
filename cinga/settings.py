"""Settings of the portal. The environment is read here and nowhere else.

A missing or malformed value stops the start with one line that names it.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.http.request import validate_host

from cinga.beat import SCHEDULE
from cinga.environment import env, fernet_keys, long_secret, read, read_count, read_flag, stop
from languages import registry

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
VERSION = "0.1.0"


# DEMO

# Only script/server and the tests set it: keys under var/, no second factor, no HTTPS.
DEMO = read_flag("DEMO")
HOST = read(env.str, "HOST", default="127.0.0.1")
PORT = read(env.int, "PORT", default=8000)
if DEMO:
    if HOST not in {"127.0.0.1", "localhost", "::1"}:
        stop("DEMO=1 listens on this machine only; HOST must be 127.0.0.1, localhost or ::1.")
    env.read_env(VAR / "demo.env")

DEBUG = False


# SECRETS

SECRET_KEY = long_secret("SECRET_KEY", read(env.str, "SECRET_KEY"))
# Newest first: the first writes, all of them read.
FIELD_ENCRYPTION_KEYS = fernet_keys("FIELD_ENCRYPTION_KEYS")
LINK_KEYS = [long_secret("LINK_KEYS", key) for key in read(env.list, "LINK_KEYS")]
if not LINK_KEYS:
    stop("LINK_KEYS is empty.")
LOOKUP_KEY = long_secret("LOOKUP_KEY", read(env.str, "LOOKUP_KEY"))


# HOSTS AND ADDRESSES

ALLOWED_HOSTS = (
    ["127.0.0.1", "localhost", "[::1]", "testserver"] if DEMO else read(env.list, "ALLOWED_HOSTS")
)
if not ALLOWED_HOSTS:
    stop("ALLOWED_HOSTS is empty.")
if "*" in ALLOWED_HOSTS:
    stop("ALLOWED_HOSTS must name the hosts; * would let anybody choose where links lead.")
# What letters put before a path. A neutral domain of its own may be set here.
LINK_ORIGIN = read(
    env.str,
    "LINK_ORIGIN",
    default=f"http://{HOST}:{PORT}" if DEMO else f"https://{ALLOWED_HOSTS[0].lstrip('.')}",
)
if (urlsplit(LINK_ORIGIN).scheme != "https" and not DEMO) or not urlsplit(LINK_ORIGIN).netloc:
    stop("LINK_ORIGIN must look like https://example.org.")
# The same for letters that must not give anybody away: a domain that says nothing.
NEUTRAL_LINK_ORIGIN = read(env.str, "NEUTRAL_LINK_ORIGIN", default=LINK_ORIGIN)
neutral = urlsplit(NEUTRAL_LINK_ORIGIN)
if (neutral.scheme != "https" and not DEMO) or not neutral.netloc:
    stop("NEUTRAL_LINK_ORIGIN must look like https://example.org.")
if not DEMO and not validate_host(neutral.hostname or "", ALLOWED_HOSTS):
    stop("NEUTRAL_LINK_ORIGIN must be one of ALLOWED_HOSTS, or its links lead nowhere.")
# Where "Leave this page" goes: the weather, which anybody may be reading.
LEAVE_TO = read(env.str, "LEAVE_TO", default="https://www.jma.go.jp/bosai/forecast/")
if urlsplit(LEAVE_TO).scheme != "https" or not urlsplit(LEAVE_TO).netloc:
    stop("LEAVE_TO must be an https address.")


# APPS

INSTALLED_APPS = [
    "cinga.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "cinga",
    "desk",
    "consultations",
    "cases",
    "centers",
    "interpreters",
    "schedules",
    "accounts",
    "notifications",
    "history",
    "taxonomy",
    "languages",
    "privacy",
    "interface",
]

MIDDLEWARE = [
    "interface.caching.RememberedPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "languages.middleware.PortalLocaleMiddleware",
    "languages.middleware.ReadingsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "interface.middleware.CleanInputMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "cinga.urls"
WSGI_APPLICATION = "cinga.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "languages.context_processors.page_language",
                "cinga.navigation.navigation",
            ],
        },
    },
]
# Widgets are templates of ours too (required marks, error ids).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("portal",)
CRISPY_TEMPLATE_PACK = "portal"


# DATABASE

SQLITE_OPTIONS = {
    "timeout": 20,
    # With DEFERRED, half of contended writes fail instead of waiting.
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

if DEMO:
    DATABASES = {
        "default": read(env.db_url, "DATABASE_URL", default=f"sqlite:///{VAR / 'portal.sqlite3'}")
    }
else:
    DATABASES = {"default": read(env.db_url, "DATABASE_URL")}
database = DATABASES["default"]
if database.get("ENGINE") == "django.db.backends.sqlite3":
    if not DEMO:
        stop("DATABASE_URL must name a PostgreSQL database.")
    database["OPTIONS"] = SQLITE_OPTIONS
elif database.get("ENGINE") == "django.db.backends.postgresql" and database["NAME"]:
    # The pool and CONN_MAX_AGE exclude each other; the pool is the faster.
    database["OPTIONS"] = {
        "pool": {
            "min_size": 1,
            "max_size": read_count("DATABASE_POOL_SIZE", default=16),
            "timeout": 10,
        }
    }
else:
    stop("DATABASE_URL must name a PostgreSQL database.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# BROKER AND CACHE

REDIS_URL = read(env.str, "REDIS_URL", default="") if DEMO else read(env.str, "REDIS_URL")
if (REDIS_URL or not DEMO) and (
    urlsplit(REDIS_URL).scheme not in {"redis", "rediss"} or not urlsplit(REDIS_URL).hostname
):
    stop("REDIS_URL must look like redis://host:6379/0.")

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "portal",
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A wake-up that was lost with its worker comes back soon; the database
        # is the queue, so one wake-up too many does no harm.
        "visibility_timeout": 600,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR / "cache",
        }
    }
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker-control"),
        # The default of one second manages four tasks a second.
        "polling_interval": 0.1,
    }

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Asia/Tokyo"
# Celery closes the connection around every task otherwise: 2.4 times slower.
CELERY_DB_REUSE_MAX = 1000
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE


# LETTERS

if DEMO:
    EMAIL_CONFIG = {
        "EMAIL_BACKEND": "notifications.backends.ReadableFileBackend",
        "EMAIL_FILE_PATH": str(VAR / "mail"),
    }
    if env.str("EMAIL_URL", default=""):
        EMAIL_CONFIG = read(env.email_url, "EMAIL_URL")
else:
    EMAIL_CONFIG = read(env.email_url, "EMAIL_URL")
    if not EMAIL_CONFIG.get("EMAIL_HOST"):
        stop("EMAIL_URL must name a mail server: smtp+tls://user:password@host:587.")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
# The name that stands in the inbox names no association and no subject.
DEFAULT_FROM_EMAIL = read(
    env.str,
    "DEFAULT_FROM_EMAIL",
    default=f"Reservation <no-reply@{urlsplit(LINK_ORIGIN).hostname}>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who letters are from that must not give anybody away.
NEUTRAL_FROM_EMAIL = read(env.str, "NEUTRAL_FROM_EMAIL", default=DEFAULT_FROM_EMAIL)
NOTICE_SENDERS = read_count("NOTICE_SENDERS", default=1 if DEMO else 16)
NOTICE_LEASE = timedelta(seconds=read_count("NOTICE_LEASE_SECONDS", default=300))


# PEOPLE WHO SIGN IN

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
EXPERTS_FIRST_PAGE = "consultations:agenda"
# Staff without a second factor reach nothing but the page that sets one up.
SECOND_FACTOR_REQUIRED = not DEMO
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
STAFF_SESSION_IDLE = timedelta(minutes=30)
STAFF_SESSION_LENGTH = timedelta(hours=12)

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # coordinators enter the address, nobody signs up
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
# The library's own generator keeps a second list of e-mail addresses.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(LINK_ORIGIN).scheme
# The key is the sender's address together with the e-mail typed, so that a stranger
# cannot lock the owner of an account out.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
}
# The last proxy in front is believed, and nobody before it.
ALLAUTH_TRUSTED_PROXY_COUNT = int(read_flag("BEHIND_PROXY"))
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "CINGA"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO


# LANGUAGES

USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
# English msgids and English fallback: nobody falls back into a script they cannot read.
LANGUAGE_CODE = "en"
COMPLETE_LANGUAGES = ["ja", "ja-simple", "en", "vi", "ne", "my", "ur"]
STAFF_LANGUAGES = ["ja", "en"]
registry.install()
LANGUAGES = [(code, registry.get(code).autonym) for code in COMPLETE_LANGUAGES]
LANGUAGES_BIDI = [language.code for language in registry.LANGUAGES if language.is_rtl]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["languages.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"


# STATIC FILES

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


# SECURITY

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# Not no-referrer: browsers then send Origin: null and every form is refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "interface.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEMO
SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
if read_flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The longest answer is a message of 2,000 characters.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000


# RETENTION

DRAFT_LIFETIME = timedelta(minutes=60)
HOLD_LENGTH = timedelta(minutes=15)
HOLD_LIMIT = timedelta(minutes=45)
# Of a person whose last appointment, and everything else, ended so long ago.
RESIDENT_DATA_KEPT = timedelta(days=read_count("RESIDENT_DATA_DAYS", default=180))
# Of somebody who waited for a time or asked for a call, and never had an appointment.
REQUEST_DATA_KEPT = timedelta(days=read_count("REQUEST_DATA_DAYS", default=30))
INTERPRETER_WORDS_KEPT = timedelta(days=read_count("INTERPRETER_WORDS_DAYS", default=180))
ROOM_LINK_KEPT = timedelta(days=read_count("ROOM_LINK_DAYS", default=7))
# Where something was sent from: the digest has the key of a day and serves no longer.
NETWORK_KEPT = timedelta(days=1)


# LIMITS

# Of one range of addresses: slots kept while people type, and open bookings on its word.
# Whoever comes after them proves the e-mail address, or calls.
NETWORK_HOLDS = read_count("NETWORK_HOLDS", default=2)
NETWORK_BOOKINGS = read_count("NETWORK_BOOKINGS", default=3)


# WAITING LIST

# How long a time is kept for somebody from the list, counted while they are awake: a
# frightened person does not look at the telephone every hour. Then the next one is asked.
CLAIM_WINDOW = timedelta(minutes=read_count("CLAIM_WINDOW_MINUTES", default=180))
# For those whose appointment fell out because of the other side.
CLAIM_WINDOW_FIRST = timedelta(hours=24)


# INTERPRETERS

# Business days between a request for an interpreter and the talk; below it people call.
INTERPRETER_LEAD_DAYS = read_count("INTERPRETER_LEAD_DAYS", default=5)


# THE DESK

# How soon it answers, in its opening hours; two of its days.
DESK_ANSWERS_WITHIN = timedelta(hours=read_count("DESK_ANSWERS_WITHIN_HOURS", default=10))
# How many people can call an asker in the same half hour.
DESK_LINES = read_count("DESK_LINES", default=1)
# Where a reply to a letter should go; empty: nowhere, and the letters say so.
DESK_MAILBOX = read(env.str, "DESK_MAILBOX", default="")
DESK_WORDS_KEPT = timedelta(days=read_count("DESK_WORDS_DAYS", default=1095))


# LOGS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"leave_paths_out": {"()": "privacy.logs.LeavePathsOut"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["leave_paths_out"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own handlers would mail a whole request to the site's admins.
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
