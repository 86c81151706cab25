from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from languages import registry
from notifications.letters import AddressInvalid, Call, Letter, build_message

GREETING = "Xin chào.\n\nXem ở đây:\nhttps://example.org/vi/k/a1-_b?x=1&y=2\n\nHẹn gặp lại."


def build(**changes):
    values = {"to": "hoa@example.org", "language": "vi", "subject": "Nhắc hẹn", "text": GREETING}
    return build_message(Letter(**{**values, **changes}), message_id="abc")


def read(message):
    """The e-mail as a mail program gets it."""
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def html_of(message):
    [(content, mimetype)] = message.alternatives
    assert mimetype == "text/html"
    return content


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_a_letter_has_text_and_html_for_one_person(settings):
    settings.LINK_ORIGIN = "https://termin.example.org:8443"

    letter = read(build())

    assert letter["To"] == "hoa@example.org"
    assert letter["Cc"] is letter["Bcc"] is None
    assert letter["Subject"] == "Nhắc hẹn"
    assert letter["From"] == settings.DEFAULT_FROM_EMAIL
    assert letter["Message-ID"] == "<abc@termin.example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter.get_body(("plain",)).get_content() == GREETING + "\n"


def test_the_html_says_its_language_links_its_addresses_and_loads_nothing():
    tags = Tags(html_of(build())).found

    assert tags[0] == ("html", {"lang": "vi", "dir": "ltr"})
    assert [attrs["href"] for tag, attrs in tags if tag == "a"] == [
        "https://example.org/vi/k/a1-_b?x=1&y=2"
    ]
    assert {tag for tag, _attrs in tags} == {
        "html", "head", "meta", "title", "body", "main", "p", "br", "a",
    }  # fmt: skip
    assert not any("src" in attrs for _tag, attrs in tags)


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_every_language_gets_its_lang_and_direction(language):
    tags = Tags(html_of(build(language=language.code))).found

    assert tags[0][1] == {"lang": language.tag, "dir": language.direction}


def test_markup_in_a_letter_stays_text():
    html = html_of(build(text="<b>&amp;</b>\n\n{{ x }}", subject="<i>"))

    assert "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>" in html
    assert "<title>&lt;i&gt;</title>" in html


def test_helpers_read_it_below_in_japanese():
    message = build(language="ur", text="سلام", helper_text="{予約|よやく}があります。")

    text = read(message).get_body(("plain",)).get_content()
    assert text == "سلام\n\n------------------------\n\n予約(よやく)があります。\n"
    html = html_of(message)
    assert Tags(html).found[0] == ("html", {"lang": "ur", "dir": "rtl"})
    assert ("aside", {"lang": "ja", "dir": "ltr"}) in Tags(html).found
    assert "予約(よやく)があります。" in html


def test_a_discreet_letter_has_nothing_for_helpers():
    message = build(helper_text="予約があります。", discreet=True)

    assert "予約" not in read(message).as_string()
    assert "予約" not in message.body + html_of(message)


def test_readings_stand_in_brackets_everywhere():
    message = build(language="ja-simple", subject="{予約|よやく}", text="{明日|あした}です。")

    letter = read(message)
    assert letter["Subject"] == "予約(よやく)"
    assert letter.get_body(("plain",)).get_content() == "明日(あした)です。\n"
    assert "明日(あした)です。" in html_of(message)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_no_header_can_be_smuggled_into_the_subject(end):
    letter = read(build(subject=f"Hello{end}Bcc: everybody@example.org\x00\x07"))

    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: everybody@example.org"


@pytest.mark.parametrize("text", ["a\x00b", "lone \ud800 surrogate", "x" * 2000, "‮abc"])
def test_strange_text_can_be_sent(text):
    assert read(build(text=text)).get_body(("plain",)) is not None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hoa",
        "@example.org",
        "hoa@",
        "a@example.org,b@example.org",
        "a@b\r\nBcc: c@d",
        "a b@c.d",
    ],
)
def test_only_one_plain_address_is_written_to(address):
    with pytest.raises(AddressInvalid):
        build(to=address)


@pytest.mark.parametrize("address", ["hoa..le.@docomo.ne.jp", "hoa@例え.jp", "hoa+x@example.org"])
def test_addresses_of_japanese_carriers_and_other_scripts_are_tried(address):
    assert build(to=address).to == [address]


def test_html_stays_small_and_a_longer_letter_goes_as_text_alone():
    longest = "မင်္ဂလာပါ " * 400

    assert len(html_of(build(text=longest)).encode()) <= 20 * 1024
    assert build(text=longest * 3).alternatives == []


def test_letters_and_calls_do_not_show_persons_in_logs():
    letter = Letter(to="hoa@example.org", language="vi", subject="Hoa", text="Hoa")
    call = Call(language="vi", phone="090-1234", safe_hours="9-10 Hoa", script="Hoa")

    assert repr(letter) == "Letter(language='vi', discreet=False)"
    assert repr(call) == "Call(language='vi')"
