"""The portal's settings with what tests need otherwise: keys, speed, nothing sent."""

import os

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "a key for tests only, long enough to be accepted")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "dGVzdHMgb25seSB0ZXN0cyBvbmx5IHRlc3RzIG9ubHk=")
os.environ.setdefault("LINK_KEYS", "links for tests only and links for tests only")
os.environ.setdefault("LOOKUP_KEY", "lookups for tests only, lookups for tests")
os.environ.setdefault("NOTICE_SENDERS", "1")

from cinga.settings import *  # noqa: E402, F403
from cinga.settings import DATABASES, VAR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file, not memory: races need more than one connection.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {
        "NAME": os.environ.get("TEST_DATABASE", str(VAR / "test.sqlite3"))
    }
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
# WhiteNoise warns of a folder that is missing, and warnings are errors.
STATIC_ROOT = VAR / "test-static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
