import re

from interface.qr import qr_svg

ADDRESS = "https://portal.example.org/ti/b/phone/<script>&secret"


def test_a_qr_code_is_inline_and_holds_no_text():
    svg = qr_svg(ADDRESS)

    assert svg.startswith("<svg")
    assert "secret" not in svg
    assert "script" not in svg
    # The content policy allows neither.
    assert re.search(r"\sstyle=|\sonload=|href=", svg) is None


def test_two_addresses_are_two_codes():
    assert qr_svg(ADDRESS) != qr_svg(f"{ADDRESS}x")
