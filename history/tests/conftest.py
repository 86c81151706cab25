import pytest
from django.db import connection

from history.tests.things import ThingEvent


@pytest.fixture
def event(transactional_db):
    """A line of history, in a table that lasts as long as the test."""
    with connection.schema_editor() as editor:
        editor.create_model(ThingEvent)
    yield ThingEvent.objects.create(**ThingEvent.example())
    with connection.schema_editor() as editor:
        editor.delete_model(ThingEvent)
