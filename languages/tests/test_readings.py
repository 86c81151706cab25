import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.readings import PAIR, to_plain, to_ruby, without_readings

RUBY = "<ruby>予約<rp>(</rp><rt>よやく</rt><rp>)</rp></ruby>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>{予約|よやく}する</p>", f"<p>{RUBY}する</p>"),
        ("{予約|よやく}", RUBY),
        ("<title>{予約|よやく}</title>", "<title>予約(よやく)</title>"),
        (
            '<option value="{予約|よやく}">{予約|よやく}</option>',
            '<option value="{予約|よやく}">予約(よやく)</option>',
        ),
        ('<a aria-label="{予約|よやく}">', '<a aria-label="予約(よやく)">'),
        ("<img alt='a > {予約|よやく}'>", "<img alt='a > 予約(よやく)'>"),
        ("<img alt={予約|よやく}>", "<img alt=予約(よやく)>"),
        ('<meta content="{予約|よやく}"/>', '<meta content="予約(よやく)"/>'),
        (
            '<input type="text" placeholder="{予約|よやく}" value="{予約|よやく}">',
            '<input type="text" placeholder="予約(よやく)" value="{予約|よやく}">',
        ),
        (
            '<input value="{予約|よやく}" type=submit>',
            '<input value="予約(よやく)" type=submit>',
        ),
        (
            '<button value="{予約|よやく}">{予約|よやく}</button>',
            f'<button value="{{予約|よやく}}">{RUBY}</button>',
        ),
        (
            '<textarea placeholder="{予約|よやく}">\n{予約|よやく}</textarea>{予約|よやく}',
            f'<textarea placeholder="予約(よやく)">\n{{予約|よやく}}</textarea>{RUBY}',
        ),
        ("<script>{予約|よやく}</script>", "<script>{予約|よやく}</script>"),
        ("<style>{予約|よやく}</style>", "<style>{予約|よやく}</style>"),
        ("<!-- {予約|よやく} -->", "<!-- {予約|よやく} -->"),
        (
            "<svg><title>{予約|よやく}</title><text>{予約|よやく}</text></svg>",
            "<svg><title>予約(よやく)</title><text>予約(よやく)</text></svg>",
        ),
        ("<TITLE>{予約|よやく}</title>{予約|よやく}", f"<TITLE>予約(よやく)</title>{RUBY}"),
        ("{1日|ついたち}", "<ruby>1日<rp>(</rp><rt>ついたち</rt><rp>)</rp></ruby>"),
    ],
)
def test_to_ruby_writes_pairs_as_their_place_allows(html, expected):
    assert to_ruby(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<p>{かな|かな}</p>",  # no kanji
        "<p>{予約|yoyaku}</p>",
        "<p>{予約|<b>よやく</b>}</p>",
        "<p>{予約}</p>",
        "<p>{name}</p>",
        "<p>a < b {</p>",
    ],
)
def test_what_is_no_pair_stays(html):
    assert to_ruby(html) == html


def test_without_readings_leaves_the_words():
    html = '<title>{予約|よやく}</title><p lang="ja" title="{予約|よやく}">{予約|よやく}する</p>'

    assert without_readings(html) == '<title>予約</title><p lang="ja" title="予約">予約する</p>'


def test_to_plain_is_for_letters():
    assert to_plain("{予約|よやく}の {日|ひ}") == "予約(よやく)の 日(ひ)"


class Structure(HTMLParser):
    """The elements and attribute names of a page, ruby left out."""

    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in {"ruby", "rt", "rp"}:
            self.seen.append((tag, [name for name, value in attributes]))


pairs = st.builds(
    "{{{}|{}}}".format,
    st.text("漢字申込々1あ<>&\"'", min_size=1, max_size=4),
    st.text("かなカナー<>&\"'|", min_size=1, max_size=4),
)
snippets = st.lists(
    st.one_of(
        pairs,
        st.sampled_from(
            ["{", "}", "|", "<b>", "</b>", "&lt;", "&amp;", " ", "漢", "か", "<br>", "</p>", "<p>"]
        ),
    ),
    max_size=12,
).map("".join)
safe_pairs = st.builds(
    "{{{}|{}}}".format,
    st.text("漢字申込々", min_size=1, max_size=4),
    st.text("かなカナー", min_size=1, max_size=4),
)


@given(snippets)
def test_to_ruby_is_idempotent(html):
    once = to_ruby(html)

    assert to_ruby(once) == once


@given(st.lists(st.one_of(safe_pairs, st.text("ab<>&\"'", max_size=5)), max_size=8))
def test_no_raw_pair_is_left_in_text_and_attributes(words):
    text = "".join(words).translate(
        {
            ord("<"): "&lt;",
            ord(">"): "&gt;",
            ord("&"): "&amp;",
            ord('"'): "&quot;",
            ord("'"): "&#x27;",
        }
    )
    html = f"<title>{text}</title><p title=\"{text}\" aria-label='{text}'>{text}</p>"

    assert PAIR.search(to_ruby(html)) is None
    assert PAIR.search(without_readings(html)) is None


@given(st.text("{}|漢字かな<>&\"'/= ab", max_size=30))
def test_what_a_person_typed_opens_no_element(typed):
    escaped = (
        typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
    html = f'<form><p title="{escaped}">{escaped}</p><input value="{escaped}"><br></form>'

    assert Structure(to_ruby(html)).seen == Structure(html).seen
    assert f'value="{escaped}"' in to_ruby(html)


@given(snippets)
def test_taking_the_ruby_away_gives_the_page_back(html):
    bare = re.sub(r"<ruby>(.*?)<rp>\(</rp><rt>.*?</rt><rp>\)</rp></ruby>", r"\1", to_ruby(html))

    assert bare == PAIR.sub(r"\1", html)


def test_every_pair_of_a_long_page_is_written():
    page = '<p class="quiet">{予約|よやく}の <a href="/ja-simple/">{日|ひ}</a></p>\n' * 2000

    assert to_ruby(page).count("<ruby>") == 4000


@pytest.mark.parametrize("hostile", ["<" * 20_000, "{漢" * 20_000, '<a "' * 500, "{{" * 20_000])
def test_hostile_input_ends(hostile):
    assert to_ruby(hostile + "{予約|よやく}")
