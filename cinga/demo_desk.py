"""Three questions and their articles to try the desk with: retold, and no legal advice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Organization, User
from desk.models import Article, Question
from desk.services.asking import ask_question
from schedules.selectors import load_calendar

TOKYO = ZoneInfo("Asia/Tokyo")
# What the association names as examples, in other words.
SAMPLES = [
    (
        "immigration",
        "designated",
        "在留カードの資格が「特定活動」の方が来庁しました。何ができる資格か分からず、支援してよいか迷っています。",
        "見本：「特定活動」とだけ書かれているとき",
        "これは試用のための見本で、助言ではありません。確認する書類と問い合わせ先をここに書きます。",
    ),
    (
        "family",
        "unknown",
        "海外にいる婚約者を日本に呼びたいという相談を受けました。手続きの順番を知りたいです。",
        "見本：婚約者を呼び寄せたいという相談",
        "これは試用のための見本で、助言ではありません。手続きの順番と根拠をここに書きます。",
    ),
    (
        "mental",
        "engineer",
        "会社の方から、外国人の社員がうつ病と診断され、今後どうすればよいかと相談がありました。",
        "見本：働く人が心の病気と診断されたとき",
        "これは試用のための見本で、助言ではありません。医療・労働・在留の三つの面から書きます。",
    ),
]


def seed_desk(*, users: dict[str, User], organization: Organization, now: datetime) -> None:
    """Make what is missing."""
    if Article.objects.exists() or Question.objects.exists():
        return
    today = now.astimezone(TOKYO).date()
    for topic, status, text, title, written in SAMPLES:
        Article.objects.create(
            title=title,
            text=written,
            topic_id=topic,
            correct_as_of=today,
            review_by=today + timedelta(days=365),
            is_sample=True,
            author=users["scrivener"],
            published_by=users["socialworker"],
            published_at=now,
        )
        ask_question(
            organization=organization,
            asker=users["clerk"],
            topic_id=topic,
            text=text,
            residence_status=status,
            calendar=load_calendar("desk"),
            now=now,
        )
