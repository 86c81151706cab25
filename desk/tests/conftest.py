import pytest

from schedules.services import load_schedules
from taxonomy.services import load_taxonomy


@pytest.fixture
def reference_data(db):
    """Topics, languages and the desk's hours as an installation begins."""
    load_taxonomy()
    load_schedules()
