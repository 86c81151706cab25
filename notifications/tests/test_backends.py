from concurrent.futures import ThreadPoolExecutor

from django.core.mail import EmailMessage, get_connection

from notifications.letters import Letter, build_message

BACKEND = "notifications.backends.ReadableFileBackend"


def message(number=0):
    letter = Letter(
        to=f"hoa{number}@example.org", language="my", subject="ချိန်းဆိုမှု", text="မင်္ဂလာပါ။\n\nနက်ဖြန်။"
    )
    return build_message(letter, message_id=f"{number:08d}abcdef")


def test_a_letter_is_a_file_that_people_can_read(tmp_path, settings):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.DEFAULT_FROM_EMAIL = "予約 <no-reply@example.org>"

    assert get_connection(BACKEND).send_messages([message()]) == 1

    [path] = (tmp_path / "mail").iterdir()
    headers, _blank, body = path.read_text(encoding="utf-8").partition("\n\n")
    names = [line.split(": ")[0] for line in headers.split("\n")]
    assert names == ["From", "To", "Subject", "Date", "Message-ID"]
    assert headers.split("\n")[:3] == [
        "From: 予約 <no-reply@example.org>",
        "To: hoa0@example.org",
        "Subject: ချိန်းဆိုမှု",
    ]
    assert body == "မင်္ဂလာပါ။\n\nနက်ဖြန်။\n"
    assert path.suffix == ".txt"
    assert "00000000" in path.name
    assert "hoa" not in path.name


def test_any_other_mail_is_kept_too(tmp_path):
    mail = EmailMessage("Your code", "123456", to=["a@example.org"])

    get_connection(BACKEND, file_path=tmp_path).send_messages([mail])

    [path] = tmp_path.iterdir()
    assert path.read_text(encoding="utf-8").endswith("\n\n123456")


def test_many_threads_write_whole_letters(tmp_path):
    def send(number):
        get_connection(BACKEND, file_path=tmp_path).send_messages([message(number)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(100)))

    texts = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt")]
    assert len(texts) == 100
    assert all(text.endswith("နက်ဖြန်။\n") for text in texts)
