"""Three questions and their articles to try the desk with: retold, and no legal advice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Organization, User
from desk.choices import Wish
from desk.models import Article, CannedText, Question
from desk.services.appointments import free_times, plan_appointment
from desk.services.asking import ask_question
from desk.services.firsts import apply_with_question
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


CANNED = [
    ("確認のお願い（見本）", "在留カードの裏面と、指定書の有無もご確認ください。"),
    ("結び（見本）", "状況が変わりましたら、このページに続けてお書きください。"),
]
TEXT_OF_FIRST = "窓口に来た方の家族の在留期間の更新について、順番を知りたいです。"


def seed_desk(*, users: dict[str, User], organization: Organization, now: datetime) -> None:
    """Make what is missing."""
    if Article.objects.exists() or Question.objects.exists():
        return
    today = now.astimezone(TOKYO).date()
    CannedText.objects.bulk_create(CannedText(title=title, text=text) for title, text in CANNED)
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
        asked = ask_question(
            organization=organization,
            asker=users["clerk"],
            topic_id=topic,
            text=text,
            residence_status=status,
            wish=Wish.CALL if topic == "mental" else Wish.WRITTEN,
            calendar=load_calendar("desk"),
            now=now,
        )
    _plan_a_call(asked, users["clerk"], now)
    apply_with_question(
        applicant={
            "organization_name": "見本町社会福祉協議会（デモ）",
            "kind": Organization.Kind.WELFARE_COUNCIL,
            "prefecture_code": "27",
            "phone": "06-0000-0000",
            "name": "見本 太郎",
            "email": "welfare@example.org",
        },
        language="ja",
        topic_id="immigration",
        text=TEXT_OF_FIRST,
        now=now,
    )


def _plan_a_call(question, asker, now):
    calendar = load_calendar("desk")
    times = free_times(calendar, lines=settings.DESK_LINES, now=now)
    if not times:
        return
    plan_appointment(
        question_id=question.pk,
        kind=Wish.CALL,
        starts_at=times[0],
        phone="03-0000-0000",
        by=asker,
        calendar=calendar,
        lines=settings.DESK_LINES,
        now=now,
    )
