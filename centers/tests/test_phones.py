"""Telephone cells as the table of 2020 has them."""

import pytest

from centers.phones import ParsedPhone, parse_phones


@pytest.mark.parametrize(
    ("text", "phones", "review"),
    [
        ("", (), ()),
        ("011-200-9595", (ParsedPhone("011-200-9595"),), ()),
        ("0463ー82-5111", (ParsedPhone("0463-82-5111"),), ()),
        ("025ー241ー1881", (ParsedPhone("025-241-1881"),), ()),
        ("046-285-2111(内線)3319", (ParsedPhone("046-285-2111", "", "3319"),), ()),
        ("0263-52-0280(内線1196)", (ParsedPhone("0263-52-0280", "", "1196"),), ()),
        ("072-958-1111 内線1060/1070", (ParsedPhone("072-958-1111", "", "1060/1070"),), ()),
        (
            "03-3578-2524/2046",
            (ParsedPhone("03-3578-2524"), ParsedPhone("03-3578-2046")),
            ("/2046",),
        ),
        (
            "英:03-5272-5060中:03-5272-5070韓:03-5272-5080",
            (
                ParsedPhone("03-5272-5060", "英", "", ("en",)),
                ParsedPhone("03-5272-5070", "中", "", ("zh",)),
                ParsedPhone("03-5272-5080", "韓", "", ("ko",)),
            ),
            (),
        ),
        (
            "044-455-8811\n相談専用ダイヤル:044-435-7000",
            (ParsedPhone("044-455-8811"), ParsedPhone("044-435-7000", "相談専用ダイヤル")),
            (),
        ),
        (
            "①075-752-3511\n②075-752-1166\n(行政通訳・相談専用)",
            (
                ParsedPhone("075-752-3511", "①"),
                ParsedPhone("075-752-1166", "② 行政通訳・相談専用"),
            ),
            (),
        ),
        (
            "080-3635-0783(ポルトガル語)\n090-1860-0783",
            (
                ParsedPhone("080-3635-0783", "ポルトガル語", "", ("pt",)),
                ParsedPhone("090-1860-0783"),
            ),
            (),
        ),
        (
            "英葡西:084-928-1125",
            (ParsedPhone("084-928-1125", "英葡西", "", ("en", "pt", "es")),),
            (),
        ),
        # What nobody has taught it stays visible.
        ("call 110 or 03-1-2", (), ("call", "110", "or", "03-1-2")),
        ("03-5272-50601", (), ("03-5272-50601",)),
    ],
)
def test_a_cell_becomes_numbers_and_what_is_left_over(text, phones, review):
    parsed = parse_phones(text)

    assert (parsed.phones, parsed.review) == (phones, review)
