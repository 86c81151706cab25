import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """Whatever language the request of an earlier test has left active."""
    with translation.override("en"):
        yield
