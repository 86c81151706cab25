import pytest

from consultations.tests.factories import TopicExpertKindFactory
from taxonomy.tests.factories import LanguageFactory, TopicFactory


@pytest.fixture
def reference_data(db):
    """The topic, its lawyers and the languages that ANSWERS name."""
    TopicExpertKindFactory(topic=TopicFactory(code="work"))
    LanguageFactory(code="vi", autonym="Tiếng Việt")
    LanguageFactory(code="ne", autonym="नेपाली")
