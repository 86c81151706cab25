from django.conf import settings

from languages import registry, review


def test_every_offered_language_is_in_the_register_with_a_known_state():
    states = review.states()

    assert set(settings.COMPLETE_LANGUAGES) <= states.keys()
    assert set(states.values()) <= review.STATES
    assert [code for code, state in states.items() if state == "source"] == ["en"]


def test_an_unlisted_language_counts_as_a_draft():
    assert review.is_draft(registry.get("fr").code)
