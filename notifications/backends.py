"""Letters as files that people can read: for trying the portal out."""

import re
import secrets
from email.header import decode_header, make_header
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

HEADERS = ["From", "To", "Subject", "Date", "Message-ID"]


class ReadableFileBackend(BaseEmailBackend):
    """One UTF-8 text file per letter under EMAIL_FILE_PATH; its name holds no address."""

    def __init__(self, *args, file_path=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages):
        self.folder.mkdir(parents=True, exist_ok=True)
        for email_message in email_messages:
            self._write(email_message)
        return len(email_messages)

    def _write(self, email_message):
        message = email_message.message()
        headers = [f"{name}: {make_header(decode_header(str(message[name])))}" for name in HEADERS]
        text = "\n".join([*headers, "", email_message.body])
        moment = timezone.localtime().strftime("%Y%m%d-%H%M%S-%f")
        letter = re.sub(r"[^0-9A-Za-z]", "", message["Message-ID"])[:8]
        path = self.folder / f"{moment}-{letter}-{secrets.token_hex(2)}.txt"
        # Written aside and renamed: whoever looks into the folder sees whole letters.
        unfinished = path.with_suffix(".part")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(path)
