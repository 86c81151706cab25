import pytest
from django.db import connection

from privacy.tests.things import Parcel


@pytest.fixture
def parcels(transactional_db):
    """The table of parcels, for as long as a test lasts."""
    with connection.schema_editor() as editor:
        editor.create_model(Parcel)
    yield Parcel
    with connection.schema_editor() as editor:
        editor.delete_model(Parcel)
