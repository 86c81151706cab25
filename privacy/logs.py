"""What logs may not say."""

import logging


class LeavePathsOut(logging.Filter):
    """Paths can be capability links: Django's request log lines go without them."""

    def filter(self, record):
        if record.name.startswith(("django.request", "django.security", "django.server")):
            if isinstance(record.args, tuple):
                record.args = tuple(
                    "(path left out)" if isinstance(part, str) and "/" in part else part
                    for part in record.args
                )
            if record.name.startswith("django.security"):
                record.msg, record.args = "A request was refused.", ()
        return True
