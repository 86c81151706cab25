"""Every text of the source that is marked for translation, found without gettext tools."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from languages.audience import is_public

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_SUFFIXES = {".html", ".txt"}
NOT_TRANSLATED = {"tests", "migrations", "__pycache__"}

_FUNCTIONS = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS = {
    "_": None,
    "gettext_noop": None,
    **_FUNCTIONS,
    **{f"{name}_lazy": places for name, places in _FUNCTIONS.items()},
}
_STRING = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
# What templatize makes of the tags; the rest of its output is no Python.
_MARKED = re.compile(
    rf"""
    \#[^\n]*Translators:[^\n]*?(?=\s(?:n?p?gettext|_)\(|\n|\Z)
  | \b(?:n?p?gettext|_)\({_STRING}(?:,\s*(?:{_STRING}|count))*\s*\)
    """,
    re.VERBOSE,
)


@dataclass
class Text:
    msgid: str
    context: str | None = None
    plural: str | None = None
    paths: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)

    @property
    def is_public(self):
        return is_public(self.paths)


def texts(root=ROOT):
    """All texts by (context, msgid), sorted. Raises SyntaxError for a broken template."""
    found = {}
    for path in _sources(root):
        relative = path.relative_to(root).as_posix()
        for messages, comments, context in _marked_in(path):
            msgid, plural = messages if isinstance(messages, tuple) else (messages, None)
            text = found.setdefault((context, msgid), Text(msgid, context))
            text.plural = text.plural or plural
            text.paths.add(relative)
            text.comments += [comment for comment in comments if comment not in text.comments]
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0] or "")))


def _sources(root):
    apps = [path.parent for path in root.glob("*/apps.py")]
    python = [path for app in apps for path in app.rglob("*.py")]
    templates = [
        path
        for folder in [root / "templates", *(app / "templates" for app in apps)]
        for path in folder.rglob("*")
        if path.suffix in TEMPLATE_SUFFIXES
    ]
    for path in sorted(python + templates):
        if not NOT_TRANSLATED & set(path.relative_to(root).parts):
            yield path


def _marked_in(path):
    source = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATE_SUFFIXES:
        source = "\n".join(_MARKED.findall(templatize(source, origin=str(path))))
    options = {"encoding": "utf-8"}
    for _line, messages, comments, context in extract(
        "python", BytesIO(source.encode()), KEYWORDS, ["Translators:"], options
    ):
        yield (
            messages,
            [comment.removeprefix("Translators:").strip() for comment in comments],
            context,
        )
