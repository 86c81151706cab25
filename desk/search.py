"""Finding articles in Japanese, also by one or two characters; pure but for the query.

Japanese has no blanks between words, so a text is cut into its single characters, pairs
and triples of characters; on PostgreSQL these are a column with an index (migration 0003),
elsewhere the text itself is read. Pairs alone make four characters slow: when each pair
is common and all of them together are rare, the database cannot know it.
"""

import re
import unicodedata

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from taxonomy.names import to_hiragana

# Short forms that stand inside other words as well: 全国保育 holds no 国保.
SHORT_FORMS = [(re.compile(r"(?<![一-鿿])国保"), "国民健康保険")]
MOST_WORDS = 8
LONGEST = 60
LONGEST_BEGINNING = 12
LONGEST_PIECE = 3
# What the index answers by itself, of Latin words (True) and of others.
LONGEST_SURE = {True: LONGEST_BEGINNING, False: LONGEST_PIECE}
# Words that are written this way and that: all become the last one of their line.
VARIANTS = [
    *(("子供", "子ども"), ("友達", "友だち"), ("障がい", "障害"), ("障碍", "障害")),
    *(("うつ病", "鬱病"), ("ビザ", "査証"), ("パスポート", "旅券"), ("フィアンセ", "婚約者")),
    ("オーバーステイ", "超過滞在"),
    # With and without the kana of their endings.
    *(("手続き", "手続"), ("届け出", "届出"), ("支払い", "支払"), ("見積もり", "見積")),
    *(("引っ越し", "引越"), ("引越し", "引越"), ("申し込み", "申込"), ("申込み", "申込")),
    *(("申し立て", "申立"), ("申立て", "申立"), ("問い合わせ", "問合"), ("問合せ", "問合")),
    *(("受け入れ", "受入"), ("受入れ", "受入"), ("取り消し", "取消"), ("取消し", "取消")),
    *(("呼び寄せ", "呼寄"), ("呼寄せ", "呼寄"), ("切り替え", "切替"), ("切替え", "切替")),
    *(("書き換え", "書換"), ("書換え", "書換"), ("立ち退き", "立退"), ("立退き", "立退")),
    *(("雇い止め", "雇止"), ("雇止め", "雇止"), ("貸し付け", "貸付"), ("貸付け", "貸付")),
    *(("振り込み", "振込"), ("振込み", "振込"), ("払い戻し", "払戻"), ("払戻し", "払戻")),
    *(("付き添い", "付添"), ("付添い", "付添")),
]
WORD = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+", re.UNICODE)


def folded(text: str) -> str:
    """One way of writing: width, case and kana make no difference, some words neither."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for written, as_well in VARIANTS:
        plain = plain.replace(written, as_well)
    for short, written_out in SHORT_FORMS:
        plain = short.sub(written_out, plain)
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
    if connection.vendor != "postgresql":
        return articles.filter(_holds(words))
    needed = " & ".join(sorted({gram for word in words for gram in _needed(word)}))
    # A generated column: a text cut up anew for each row would cost more than all the rest.
    indexed = RawSQL('"desk_article"."search" @@ to_tsquery(%s, %s)', ["simple", needed])
    # The pieces are the index itself; only longer words can be there in pieces alone.
    longer = [word for word in words if len(word) > LONGEST_SURE[word.isascii()]]
    return articles.alias(is_indexed=indexed).filter(_holds(longer), is_indexed=True)


def _holds(words):
    holds = Q()
    for word in words:
        holds &= Q(folded__contains=word)
    return holds


def _grams(word):
    if word.isascii():
        # Latin words are found by their beginnings.
        return {_hex(word[:length]) for length in range(1, min(len(word), LONGEST_BEGINNING) + 1)}
    return {_hex(each) for length in range(1, LONGEST_PIECE + 1) for each in _pieces(word, length)}


def _needed(word):
    if word.isascii():
        return {_hex(word[:LONGEST_BEGINNING])}
    return {_hex(each) for each in _pieces(word, min(len(word), LONGEST_PIECE))}


def _pieces(word, length):
    return {word[place : place + length] for place in range(len(word) - length + 1)}


def _hex(text):
    return "g" + text.encode("utf-16-be").hex()
