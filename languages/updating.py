"""Bring the catalogs up to the source: new texts empty, gone texts dropped, the rest kept."""

import re

import polib
from django.conf import settings

from languages import registry
from languages.catalogs import catalog_path

PLACEHOLDER = re.compile(r"%\(\w+\)[sdrf]|%[sd]")


def catalog_languages():
    """The complete languages but the one the source is written in."""
    return [
        registry.get(code) for code in settings.COMPLETE_LANGUAGES if code != settings.LANGUAGE_CODE
    ]


def texts_for(language, texts):
    """Residents' texts, and for the staff's language those of the staff too."""
    for_staff = language.code in settings.STAFF_LANGUAGES
    return {key: text for key, text in texts.items() if for_staff or text.is_public}


def read_catalog(language):
    path = catalog_path(language)
    catalog = polib.pofile(str(path), wrapwidth=100) if path.exists() else polib.POFile()
    return {(entry.msgctxt, entry.msgid): entry for entry in catalog if not entry.obsolete}


def update_catalog(language, texts):
    """Write the catalog when that changes it; answers whether it did."""
    before = read_catalog(language)
    catalog = polib.POFile(wrapwidth=100)
    catalog.header = "Translations of the portal; texts come from: manage.py update_catalogs"
    catalog.metadata = _header(language)
    for key, text in texts_for(language, texts).items():
        catalog.append(_entry(text, before.get(key), language))
    content = f"{catalog}\n"
    path = catalog_path(language)
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return True


def _header(language):
    return {
        "Project-Id-Version": "CINGA portal",
        "Language": language.locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": language.plural_forms,
    }


def _entry(text, known, language):
    entry = polib.POEntry(
        msgid=text.msgid,
        msgctxt=text.context,
        occurrences=[(path, "") for path in sorted(text.paths)],
        comment="\n".join(text.comments),
        tcomment=known.tcomment if known else "",
        flags=_flags(text, known),
    )
    if not text.plural:
        entry.msgstr = known.msgstr if known else ""
        return entry
    entry.msgid_plural = text.plural
    forms = known.msgstr_plural if known else {}
    entry.msgstr_plural = {form: forms.get(form, "") for form in range(language.plural_count)}
    return entry


def _flags(text, known):
    flags = ["python-format"] if PLACEHOLDER.search(text.plural or text.msgid) else []
    return flags + (["fuzzy"] if known and "fuzzy" in known.flags else [])
