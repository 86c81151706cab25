"""What logs may not say."""

import logging
import traceback


class LeavePathsOut(logging.Filter):
    """Paths can be capability links, and what an exception says can be what somebody typed
    or a whole row: Django's own log lines go without the first, all lines without the second.
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
        if record.exc_info and record.exc_info[0]:
            # Formatters take this text for the traceback they would make themselves.
            record.exc_text = places_of(*record.exc_info)
            if isinstance(record.args, dict) and "exc" in record.args:
                # How Celery names the error that broke a task.
                record.args = record.args | {"exc": record.exc_info[0].__name__}
        return True


def places_of(kind, error, trace):
    """Where it broke and what kind of error it was, without its words."""
    return "".join([*traceback.format_tb(trace), kind.__name__])
