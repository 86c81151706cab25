import pytest

from notifications import registry
from notifications.letters import Obsolete, Suppressed


def write(notice, now):
    return Obsolete("booking_canceled")


def test_a_kind_has_one_composer(kinds):
    registry.register("tests.once", write, "Once")
    registry.register("tests.once", write, "Once")

    with pytest.raises(registry.KindTaken):
        registry.register("tests.once", lambda notice, now: None, "Twice")

    assert registry.label_for("tests.once") == "Once"
    assert registry.label_for("tests.unheard_of") == "tests.unheard_of"


@pytest.mark.parametrize("decision", [Obsolete, Suppressed])
@pytest.mark.parametrize("reason", ["", "Hoa canceled", "a@example.org", "x" * 65])
def test_a_reason_is_a_code_and_no_sentence(decision, reason):
    with pytest.raises(ValueError, match="code"):
        decision(reason)
