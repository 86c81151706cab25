"""Whether the catalogs can be published: complete, fresh, and safe to fill in."""

import re
from collections import Counter
from dataclasses import dataclass

import polib

from languages import registry, review, simple_japanese
from languages.catalogs import catalog_path
from languages.extraction import texts as extracted_texts
from languages.readings import PAIR
from languages.updating import catalog_languages, read_catalog, texts_for

_PERCENT = re.compile(r"%\((\w+)\)[a-z]|%[sd]")
_BRACE = re.compile(r"\{[a-z_]*\}")
_TAG = re.compile(r"</?\w+[^>]*>")
_UNTRIMMED = re.compile(r"\A\s|\s\Z|\n[ \t]")


@dataclass(frozen=True)
class Finding:
    where: str
    msgid: str
    text: str
    is_fault: bool = True

    def __str__(self):
        return f"{self.where}: “{self.msgid}”: {self.text}"


def findings():
    """Everything wrong with the catalogs and the review register."""
    texts = extracted_texts()
    yield from _register_findings()
    yield from _source_findings(texts)
    for language in catalog_languages():
        yield from catalog_findings(language, texts_for(language, texts))


def catalog_findings(language, texts):
    catalog = read_catalog(language)
    where = f"locale/{language.locale}"
    for (_context, msgid), text in texts.items():
        entry = catalog.get((text.context, msgid))
        if entry is None:
            yield Finding(where, msgid, "not in the catalog; run update_catalogs")
        else:
            for fault in entry_faults(entry, text, language):
                yield Finding(where, msgid, fault)
            if language.code == "ja-simple":
                yield from _easiness(where, entry)
    for _context, msgid in [key for key in catalog if key not in texts]:
        yield Finding(where, msgid, "no longer in the source; run update_catalogs")
    if catalog_path(language).exists() and _plural_forms(language) != language.plural_forms:
        yield Finding(where, "Plural-Forms", "differs from the registry; run update_catalogs")


def entry_faults(entry, text, language):
    """What is wrong with one translation of one text."""
    if "fuzzy" in entry.flags:
        yield "fuzzy"
    if (entry.msgid_plural or None) != text.plural:
        yield "the plural differs from the source; run update_catalogs"
        return
    if text.plural and set(entry.msgstr_plural) != set(range(language.plural_count)):
        yield f"needs {language.plural_count} plural forms"
        return
    for form, translation in _forms(entry).items():
        if not translation.strip():
            yield "not translated"
        elif not _fills_in_the_same(translation, _originals(text, form, language)):
            yield f"placeholders or tags differ: “{translation}”"


def _originals(text, form, language):
    """The source texts whose placeholders a form may have.

    The form for exactly one may leave its number out where the English singular does.
    """
    if not text.plural:
        return [text.msgid]
    only_for_one = language.plural_forms == registry.ONE_IS_SINGULAR and form == 0
    return [text.plural, text.msgid] if only_for_one else [text.plural]


def _fills_in_the_same(translation, originals):
    return any(_placeholders(translation) == _placeholders(original) for original in originals)


def _placeholders(text):
    text = PAIR.sub(r"\1", text)
    return Counter(
        [match[0] for pattern in (_PERCENT, _BRACE, _TAG) for match in pattern.finditer(text)]
    )


def _forms(entry):
    return entry.msgstr_plural if entry.msgid_plural else {0: entry.msgstr}


def _easiness(where, entry):
    for translation in _forms(entry).values():
        for remark in simple_japanese.remarks(translation):
            yield Finding(where, entry.msgid, remark.text, remark.is_fault)


def _plural_forms(language):
    return polib.pofile(str(catalog_path(language))).metadata.get("Plural-Forms")


def _source_findings(texts):
    for text in texts.values():
        if _UNTRIMMED.search(text.msgid):
            paths = ", ".join(sorted(text.paths))
            yield Finding(paths, text.msgid, "spaces at an end or before a line; use trimmed")


def _register_findings():
    where = "locale/REVIEW.csv"
    for code, state in review.states().items():
        if state not in review.STATES:
            yield Finding(where, code, f"unknown state {state}")
    for language in catalog_languages():
        if language.code not in review.states():
            yield Finding(where, language.code, "not in the register")
