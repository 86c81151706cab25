"""What logs may not say."""

import logging
import traceback


class LeavePathsOut(logging.Filter):
    """Paths can be capability links, and what an exception says can be what somebody typed:
    Django's own log lines go without both.
    """

    def filter(self, record):
        if record.name.startswith(("django.request", "django.security", "django.server")):
            if isinstance(record.args, tuple):
                record.args = tuple(
                    "(path left out)" if isinstance(part, str) and "/" in part else part
                    for part in record.args
                )
            if record.name.startswith("django.security"):
                record.msg, record.args, record.exc_info = "A request was refused.", (), None
            if record.exc_info:
                # Formatters take this text for the traceback they would make themselves.
                record.exc_text = places_of(*record.exc_info)
        return True


def places_of(kind, error, trace):
    """Where it broke and what kind of error it was, without its words."""
    return "".join([*traceback.format_tb(trace), kind.__name__])
