"""More articles than the desk is likely ever to have, and what people look for in them."""

import json
import random
import statistics
import time
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import connection

from desk.models import Article
from desk.search import folded, grams_of
from desk.selectors import articles_found
from taxonomy.models import Topic

ROUNDS = 5
BATCH = 2_000
# What texts of the field are made of, the common ones first; beside them rare compounds.
WORDS = [
    "在留資格",
    "手続",
    "相談",
    "申請",
    "永住",
    "離婚",
    "確認",
    "必要",
    "窓口",
    "外国人",
    "日本",
    "書類",
    "期間",
    "更新",
    "変更",
    "許可",
    "証明書",
    "市役所",
    "入管",
    "家族",
    "仕事",
    "会社",
    "学校",
    "病院",
    "子ども",
    "配偶者",
    "特定活動",
    "技能実習",
    "留学",
    "定住者",
    "短期滞在",
    "家族滞在",
    "永住者",
    "帰化",
    "難民",
    "再入国",
    "査証",
    "労働",
    "解雇",
    "賃金",
    "残業",
    "社会保険",
    "国民健康保険",
    "年金",
    "税金",
    "生活保護",
    "医療費",
    "出産",
    "妊娠",
    "保育園",
    "入学",
    "進学",
    "日本語",
    "通訳",
    "翻訳",
    "弁護士",
    "行政書士",
    "社会福祉士",
    "暴力",
    "保護",
    "避難",
    "住宅",
    "賃貸",
    "契約",
    "保証人",
    "交通事故",
    "損害賠償",
    "借金",
    "相続",
    "国籍",
    "出生届",
    "婚姻届",
    "養育費",
    "親権",
    "面会",
    "調停",
    "裁判",
    "逮捕",
    "警察",
    "免許",
    "運転",
    "銀行",
    "口座",
    "携帯",
    "電話",
]
LATIN = [
    "visa",
    "ISA",
    "NPO",
    "passport",
    "residence",
    "card",
    "Covid",
    "test",
    "DV",
    "A4",
    "Hello",
    "Work",
    "JR",
    "IT",
    "N2",
    "MOJ",
]
JOINING = "はがのをにでとも、。"
# Enough kanji for compounds that hardly anything holds.
RARE = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


def fill(articles):
    """Texts of some hundred characters; which word how often is as in real texts."""
    chance = random.Random(1)  # noqa: S311 - the same texts each time
    author, publisher = (
        get_user_model().objects.create_user(f"{name}@example.org", None, name=name)
        for name in ("author", "publisher")
    )
    topics = list(Topic.objects.values_list("pk", flat=True))
    begun = datetime(2021, 7, 1, tzinfo=UTC)
    weights = [1 / place for place in range(1, len(WORDS) + 1)]
    for first in range(0, articles, BATCH):
        Article.objects.bulk_create(
            _article(number, chance, weights, topics, author, publisher, begun)
            for number in range(first, min(first + BATCH, articles))
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def look():
    """Print p50 and p95 of each kind of query, and of one article by its key."""
    chance = random.Random(2)  # noqa: S311
    numbers = list(Article.objects.values_list("pk", flat=True))
    figures = {"key": _key([chance.choice(numbers) for _try in range(500)])}
    kinds = {
        "1 character": [word[0] for word in WORDS[:60]] + chance.sample(RARE, 20),
        "2 characters": [word for word in WORDS if len(word) == 2],
        "3 characters": [word for word in WORDS if len(word) == 3]
        + [word[:3] for word in WORDS if len(word) > 3],
        "4 characters": [word[:4] for word in WORDS if len(word) > 3]
        + [one + other for one, other in zip(WORDS[4:40:2], WORDS[5:41:2], strict=False)],
        "Latin": LATIN,
        "two words": [f"{word} {LATIN[n % len(LATIN)]}" for n, word in enumerate(WORDS[:40])],
        "nothing holds it": ["".join(chance.sample(RARE, 3)) for _try in range(40)],
    }
    for kind, queries in kinds.items():
        figures[kind] = _searches(sorted(set(queries)))
    print(json.dumps(figures))


def _article(number, chance, weights, topics, author, publisher, begun):
    words = chance.choices(WORDS, weights, k=chance.randint(60, 140))
    words += ["".join(chance.sample(RARE, 2)) for _try in range(6)]
    words += chance.sample(LATIN, 2)
    chance.shuffle(words)
    text = "".join(word + chance.choice(JOINING) for word in words)
    title = "".join(words[:4])
    written = f"{title}\n{text}"
    return Article(
        title=title,
        text=text,
        topic_id=topics[number % len(topics)],
        correct_as_of=date(2026, 4, 1),
        review_by=date(2027, 4, 1),
        author=author,
        published_by=publisher,
        published_at=begun + timedelta(minutes=number * 20),
        folded=folded(written),
        grams=grams_of(written),
    )


def _key(numbers):
    fields = Article.objects.published().select_related("topic").defer("folded", "grams")
    return _spread([_timed(lambda pk=pk: fields.get(pk=pk)) for pk in numbers])


def _searches(queries):
    times, found = [], []
    for query in queries:
        found.append(len(articles_found(query)))
        times += [_timed(lambda query=query: list(articles_found(query))) for _try in range(ROUNDS)]
    return _spread(times) | {"queries": len(queries), "found": round(statistics.median(found))}


def _timed(act):
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def _spread(times):
    return {"p50": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}
