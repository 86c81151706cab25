from django.conf import settings
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from privacy.leaving import leave_for


# Exempt: a frightened person whose cookie is gone must get away all the same, and
# the worst a foreign site could do with it is to end a visit.
@csrf_exempt
@require_POST
@never_cache
def leave(request):
    """Wipe what this visit left and answer with a page nobody asks about."""
    return leave_for(request, settings.LEAVE_TO)
