"""Finding articles in Japanese, also by one or two characters; pure but for the query.

Japanese has no blanks between words, so a text is cut into its single characters and
pairs of characters; on PostgreSQL these are an index, elsewhere the text itself is read.
"""

import re
import unicodedata

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from taxonomy.names import to_hiragana

MOST_WORDS = 8
LONGEST = 60
# Words that are written this way and that.
VARIANTS = [("子供", "子ども"), ("ビザ", "査証")]
WORD = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+", re.UNICODE)


def folded(text: str) -> str:
    """One way of writing: width, case and kana make no difference, some words neither."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for written, as_well in VARIANTS:
        plain = plain.replace(written, as_well)
    return to_hiragana(plain)


def words_of(text: str) -> list[str]:
    """What is looked for: Latin words and unbroken runs of other characters."""
    return WORD.findall(folded(text[:LONGEST]))[:MOST_WORDS]


def grams_of(text: str) -> str:
    """All that an index needs to know of a text, as plain words of hexadecimal digits."""
    found = set()
    for word in WORD.findall(folded(text)):
        found.update(_grams(word))
    return " ".join(sorted(found))


def find(articles: QuerySet, text: str) -> QuerySet:
    """Those that hold every word that is looked for; all of them when there is none."""
    words = words_of(text)
    if not words:
        return articles
    holds = Q()
    for word in words:
        holds &= Q(folded__contains=word)
    if connection.vendor != "postgresql":
        return articles.filter(holds)
    needed = " & ".join(sorted({gram for word in words for gram in _needed(word)}))
    indexed = RawSQL("to_tsvector('simple', grams) @@ to_tsquery('simple', %s)", [needed])
    return articles.alias(is_indexed=indexed).filter(holds, is_indexed=True)


def _grams(word):
    if word.isascii():
        # Latin words are found by their beginnings.
        return {_hex(word[:length]) for length in range(1, min(len(word), 12) + 1)}
    singles = set(word)
    pairs = {word[place : place + 2] for place in range(len(word) - 1)}
    return {_hex(each) for each in singles | pairs}


def _needed(word):
    if word.isascii():
        return {_hex(word[:12])}
    if len(word) == 1:
        return {_hex(word)}
    return {_hex(word[place : place + 2]) for place in range(len(word) - 1)}


def _hex(text):
    return "g" + text.encode("utf-16-be").hex()
