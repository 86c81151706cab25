"""What was asked in a month, for all members: rounded down, so that nobody is recognized.

A count under five is not told, and every other only as the five below it: two numbers that
were published at different times then do not give away a third.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from accounts.models import User
from centers.prefectures import BY_CODE
from desk import notices
from desk.models import Article, NoDigest, Question
from interface.small_groups import FEWEST
from notifications.models import Notice
from schedules.hours import JAPAN

# The letter goes out in the first days of the next month; later nobody needs it.
DAYS_TO_SEND = 7
MOST_LINES = 10


@dataclass(frozen=True)
class Digest:
    """Each group with its count rounded down to fives; only those of five and more."""

    month: date
    questions: int
    topics: tuple[tuple[str, int], ...]
    # Prefecture, topic and count.
    places: tuple[tuple[str, str, int], ...]
    articles: tuple[Article, ...]


def rounded(count: int) -> int:
    return count - count % FEWEST


def digest_of(month: date) -> Digest:
    """Of the month that begins on this day, in two statements and without a text."""
    since, until = _bounds(month)
    rows = list(
        Question.objects.counted()
        .filter(asked_at__gte=since, asked_at__lt=until)
        .values_list("topic__name_ja", "prefecture_code")
    )
    articles = Article.objects.published().filter(published_at__gte=since, published_at__lt=until)
    by_place = Counter((place, topic) for topic, place in rows if place in BY_CODE)
    return Digest(
        month=month,
        questions=rounded(len(rows)),
        topics=tuple(_large(Counter(topic for topic, _place in rows))),
        places=tuple(
            (BY_CODE[place].name_ja, topic, count) for (place, topic), count in _large(by_place)
        ),
        articles=tuple(articles.only("title", "correct_as_of", "is_sample")),
    )


def last_month(today: date) -> date:
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def send_digest(*, now: datetime) -> int:
    """In the first days of a month plan its letter to every member; to how many.

    Nothing is sent of a month in which nearly nothing was asked and nothing written.
    """
    today = now.astimezone(JAPAN).date()
    if today.day > DAYS_TO_SEND:
        return 0
    month = last_month(today)
    key = f"{month:%Y-%m}"
    if Notice.objects.filter(kind=notices.DIGEST, subject_key=f"desk_month:{key}").exists():
        return 0
    told = digest_of(month)
    if not told.questions and not told.articles:
        return 0
    return notices.digest(key, list(members().values_list("pk", flat=True)), now=now)


def members():
    """Everybody of an approved organization who has not said no."""
    return (
        User.objects.active()
        .filter(memberships__organization__approved_at__isnull=False)
        .exclude(pk__in=NoDigest.objects.values("user"))
        .distinct()
        .order_by("pk")
    )


def _large(counted):
    order = sorted(counted.items(), key=lambda group: (-group[1], group[0]))
    return [(group, rounded(count)) for group, count in order if count >= FEWEST][:MOST_LINES]


def _bounds(month):
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), JAPAN), datetime.combine(following, time(), JAPAN)
