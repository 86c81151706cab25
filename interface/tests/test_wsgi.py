import io

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from interface.wsgi import with_plain_content_type

pytestmark = [
    # A request looks at the connections that tests before it have left open.
    pytest.mark.django_db,
    pytest.mark.urls("interface.tests.urls"),
    pytest.mark.usefixtures("clean_input"),
]


def status_of(method, content_type, body=b"name=1", query=""):
    environ = RequestFactory()._base_environ(
        PATH_INFO="/echo/",
        REQUEST_METHOD=method,
        QUERY_STRING=query,
        CONTENT_TYPE=content_type,
        CONTENT_LENGTH=str(len(body)),
    )
    environ["wsgi.input"] = io.BytesIO(body)
    answers = []
    response = with_plain_content_type(WSGIHandler())(
        environ, lambda status, headers: answers.append(status)
    )
    response.close()
    return int(answers[0][:3])


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        'application/x-www-form-urlencoded;charset="utf-8"',
        "text/plain;charset=us-ascii",
        "application/json",
        "",
    ],
)
def test_the_usual_types_pass(content_type):
    assert status_of("POST", content_type) == 200


@pytest.mark.parametrize(
    "boundary", ["----WebKitFormBoundary7MA4YWxkTrZu0gW", "---------------------------97", '"a b"']
)
def test_forms_in_parts_pass(boundary):
    mark = boundary.strip('"')
    body = (
        f'--{mark}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--{mark}--\r\n'
    ).encode()

    assert status_of("POST", f"multipart/form-data; boundary={boundary}", body) == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset=rot13",
        "text/plain; charset=base64",
        "text/plain; charset=unicode_escape",
        "text/plain; charset=a\x00b",
        "text/plain; charset*=nowhere''utf-8",
        "text/plain; charset=" + "a" * 20_000,
        "\xff;;;",
        ";",
    ],
)
def test_odd_types_never_break_the_server(content_type):
    assert status_of("GET", content_type, b"", "q=%5Cud800") == 200
    assert status_of("POST", content_type, query="q=1") == 400
