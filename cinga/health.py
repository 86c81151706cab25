from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from cinga.celery import app
from notifications.selectors import oldest_due_seconds

# The board turns red at the same age.
LATEST = 10 * 60


@never_cache
@require_safe
def healthz(request):
    """Whether the portal keeps its promises now: 200 when it does, 503 when not.

    A broker that is down does not lose a letter (the sweep runs without it), so it
    is named but only a late letter or a missing database makes the answer 503.
    """
    oldest = None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        oldest = oldest_due_seconds(timezone.now())
        database = "ok"
    except DatabaseError:
        database = "down"
    is_well = database == "ok" and (oldest or 0) <= LATEST
    answer = {
        "database": database,
        "broker": _broker(),
        "oldest_due_notice_seconds": oldest,
        "version": settings.VERSION,
    }
    return JsonResponse(answer, status=200 if is_well else 503)


def _broker():
    try:
        with app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return "down"
    return "ok"
