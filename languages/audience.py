"""Who can meet a text: residents (all complete languages) or only staff (Japanese, English).

The one table: a text is for staff when every file it stands in is listed here.
"""

from fnmatch import fnmatch

STAFF_SOURCES = (
    "*/apps.py",
    "*/admin*.py",
    "*/admin/*",
    "*/models.py",
    "*/models/*",
    "*/management/*",
    "accounts/*",
    "centers/admin/*",
    "centers/choices.py",
    "centers/importing.py",
    "cinga/board*",
    "cinga/yearly*",
    "desk/*",
    "consultations/attendance_letters.py",
    "consultations/drop_out_*.py",
    "consultations/call_letters.py",
    "consultations/figures/*",
    "consultations/notice_labels.py",
    "consultations/session_letters.py",
    "consultations/views/agenda.py",
    "interface/concurrency.py",
    "interpreters/choices.py",
    "interpreters/figures.py",
    "interpreters/matching.py",
    "interpreters/next_steps.py",
    "interpreters/notice_labels.py",
    "interpreters/request_forms.py",
    "interpreters/requester_letters.py",
    "interpreters/terms.py",
    "interpreters/views/requester.py",
    "notifications/*",
    "privacy/kept_forms.py",
    "schedules/choices.py",
    "templates/account/*",
    "templates/accounts/*",
    "templates/*/history/*",
    "templates/admin/*",
    "templates/allauth/*",
    "templates/cinga/board*",
    "templates/cinga/yearly*",
    "templates/desk/*",
    "templates/consultations/agenda*",
    "templates/interpreters/request*",
    "templates/mfa/*",
)


def is_public(paths):
    return any(not _is_staff_source(path) for path in paths)


def _is_staff_source(path):
    return any(fnmatch(path, pattern) for pattern in STAFF_SOURCES)
