import pytest

from taxonomy.services import load_taxonomy


@pytest.fixture
def languages(db):
    load_taxonomy()
