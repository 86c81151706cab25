import pytest
from django.conf import settings as portal_settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

pytestmark = [pytest.mark.urls("interface.tests.urls"), pytest.mark.usefixtures("clean_input")]

FORM = "application/x-www-form-urlencoded"


def post(body, content_type=FORM, **headers):
    return Client().generic("POST", "/echo/", body, content_type, headers=headers)


def assert_refused(response, status=400):
    page = response.content.decode()
    assert response.status_code == status
    assert response["Cache-Control"] == ("max-age=0, no-cache, no-store, must-revalidate, private")
    assert "Nothing was saved." in page
    assert 'href="/"' in page


def test_ordinary_words_in_any_script_pass():
    words = {"name": ["グエン", "O'Neil"], "note": ["اردو 🙂 မြန်မာ\u200d \u202e"]}

    response = Client().post("/echo/?q=%E7%9B%B8%E8%AB%87", words)

    assert response.json() == {"asked": {"q": ["相談"]}, "answered": words, "session": None}


@pytest.mark.parametrize(
    "query",
    ["q=%00", "%00=1", "q=a%00b", "q=%ED%A0%80", "q=%ff", "q=%E7%9B", "q=%83%65%83%58"],
)
def test_a_query_that_is_no_text_is_refused(query):
    assert_refused(Client().generic("GET", "/echo/", QUERY_STRING=query))


@pytest.mark.parametrize(
    "body",
    [b"name=%00", b"%00=1", b"name=\x00", b"name=%ED%A0%80", b"name=\xed\xa0\x80", b"name=\xff"],
)
def test_a_form_that_is_no_text_is_refused(body):
    assert_refused(post(body))


def test_a_typed_replacement_character_is_text_like_any_other():
    response = Client().post("/echo/", "name=%EF%BF%BD", content_type=FORM)

    assert response.json()["answered"] == {"name": ["\ufffd"]}


@pytest.mark.parametrize(
    "value", [b"\x00", b"\xed\xa0\x80", b"a\xffb"], ids=["nul", "surrogate", "bad byte"]
)
def test_a_form_in_parts_that_is_no_text_is_refused(value):
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + value + b"\r\n--x--\r\n"

    assert_refused(post(body, "multipart/form-data; boundary=x"))


def test_a_nul_byte_in_the_path_is_refused():
    assert_refused(Client().get("/echo%00/"))


@pytest.mark.parametrize("path", ["/%ff/", "/%ED%A0%80/", "/%zz/", "/%/", "/\u202e/"])
def test_an_odd_path_is_not_found(path):
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "shift_jis"]
)
@pytest.mark.parametrize("query", ["", "q=%5Cud800"])
def test_another_encoding_is_refused(charset, query):
    for method in ("GET", "POST"):
        response = Client().generic(
            method, "/echo/", b"name=1", f"{FORM}; charset={charset}", QUERY_STRING=query
        )
        assert_refused(response)


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "no-such-charset"])
def test_the_usual_and_unknown_charsets_pass(charset):
    assert post(b"name=1", f"multipart/form-data; boundary=x; charset={charset}").status_code in {
        200,
        400,
    }
    assert Client().get("/echo/?q=1").status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name", "multipart/form-data"),
        (b"name", "multipart/form-data; boundary="),
        (b"name", "multipart/form-data; boundary=\xff"),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n", "multipart/form-data; boundary=x"),
        (
            b"--x\r\nContent-Disposition: form-data; name=a\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n===\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_broken_form_in_parts_never_breaks_the_server(body, content_type):
    assert post(body, content_type).status_code in {200, 400}


def test_ten_thousand_fields_are_refused():
    fields = "&".join(f"a{number}=1" for number in range(10_000))

    assert_refused(post(fields))
    assert_refused(Client().generic("GET", "/echo/", QUERY_STRING=fields))


def test_too_many_parts_are_refused():
    assert_refused(Client().post("/echo/", {f"a{number}": "1" for number in range(2_000)}))


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "text/plain"])
def test_a_megabyte_is_too_much(content_type):
    assert_refused(post(b"name=" + b"a" * 1024 * 1024, content_type), status=413)


def test_the_longest_form_that_is_allowed_passes():
    text = "a" * (portal_settings.DATA_UPLOAD_MAX_MEMORY_SIZE - len("name="))

    assert post(f"name={text}").json()["answered"] == {"name": [text]}


@pytest.mark.parametrize("length", ["x", "-5", "٣", "1.5"])
def test_a_length_that_is_no_number_is_refused(length):
    response = Client().generic("POST", "/echo/", b"name=1", FORM, CONTENT_LENGTH=length)

    assert_refused(response)


def test_a_cookie_that_is_no_text_is_left_out():
    client = Client(headers={"cookie": r'sessionid="abcdefgh\000ij"; other="\000"; theme=1'})

    response = client.get("/echo/")

    assert (response.status_code, response.json()["session"]) == (200, None)


@pytest.mark.parametrize(
    "cookie",
    ["sessionid=", "sessionid=%00", "language=\xff\xfe", "csrftoken=\xed", "=;;=", "messages=["],
)
def test_an_odd_cookie_locks_nobody_out(cookie):
    assert Client(headers={"cookie": cookie}).get("/echo/").status_code == 200


@pytest.mark.parametrize("header", ["accept-language", "referer", "user-agent", "origin"])
@pytest.mark.parametrize("value", ["\xff\xed\xa0\x80", "\x00", "x" * 10_000, ";q=;,,"])
def test_odd_headers_never_break_the_server(header, value):
    assert Client(headers={header: value}).get("/echo/?q=%00").status_code == 400
    assert Client(headers={header: value}).get("/echo/").status_code == 200


def test_the_refusal_is_in_the_readers_language():
    response = Client(headers={"accept-language": "ur"}).get("/echo/?q=%00")

    assert '<html lang="ur" dir="rtl">' in response.content.decode()


def test_the_refusal_leads_back_to_the_form():
    assert 'href="/echo/"' in post(b"name=%00").content.decode()


def test_reading_input_needs_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        post(b"name=1")
        post(b"name=%00")


@given(
    names=st.lists(st.text(max_size=20), max_size=3),
    values=st.lists(st.binary(max_size=40), max_size=3),
    query=st.binary(max_size=60),
)
@hypothesis_settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_server(names, values, query):
    body = b"&".join(
        name.encode("utf-8", "surrogatepass") + b"=" + value
        for name, value in zip(names, values, strict=False)
    )
    response = Client().generic("POST", "/echo/", body, FORM, QUERY_STRING=query.decode("latin-1"))

    assert response.status_code in {200, 400}
