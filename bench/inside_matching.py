"""A pool of interpreters and a request, made in the portal's own process."""

import json
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.services import give_roles, grant_role_permissions
from interpreters.choices import RequestStatus
from interpreters.models import (
    Availability,
    Experience,
    Interpreter,
    InterpreterLanguage,
    InterpreterRequest,
)
from taxonomy.models import Language, Topic

# Every tenth speaks the language that is asked for.
EVERY = 10


def fill(pool):
    """Print the pages to look at, with how many rows each shows, and the cookies for them."""
    now = timezone.now()
    codes = list(Language.objects.exclude(pk="ti").values_list("pk", flat=True)[:40])
    people = Interpreter.objects.bulk_create(
        Interpreter(name=f"Demo {number}", pledge_until=now.date() + timedelta(days=365))
        for number in range(pool)
    )
    InterpreterLanguage.objects.bulk_create(
        InterpreterLanguage(
            interpreter=person,
            language_id="ti" if number % EVERY == 0 else codes[number % len(codes)],
        )
        for number, person in enumerate(people)
    )
    topics = list(Topic.objects.values_list("pk", flat=True)[:5])
    Experience.objects.bulk_create(
        Experience(interpreter=person, topic_id=topics[number % len(topics)])
        for number, person in enumerate(people)
    )
    Availability.objects.bulk_create(
        Availability(interpreter=person, weekday=day, starts="09:00", ends="17:00")
        for number, person in enumerate(people)
        for day in (number % 5, number % 5 + 1)
    )
    start = now + timedelta(days=20)
    request = InterpreterRequest.objects.create(
        reference="00000001",
        status=RequestStatus.SEARCHING,
        language_id="ti",
        topic_id=topics[0],
        setting="health_center",
        purpose="talk",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        submitted_at=now,
    )
    grant_role_permissions()
    user = get_user_model().objects.create_user("bench@example.org", None, name="Bench")
    give_roles(user=user, role_names=[roles.COORDINATOR])
    client = Client()
    client.force_login(user)
    page = reverse("admin:interpreters_interpreterrequest_change", args=[request.pk])
    name = settings.SESSION_COOKIE_NAME
    print(
        json.dumps(
            {
                "cookies": f"{name}={client.cookies[name].value}",
                "pages": [
                    ("who speaks the language", page, pool // EVERY),
                    ("everybody", f"{page}?all=1", pool),
                ],
            }
        )
    )
