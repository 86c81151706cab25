"""Three questions and their articles to try the desk with: retold, and no legal advice."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Organization, User
from desk.choices import Wish
from desk.models import Article, CannedText, Question
from desk.services import answering
from desk.services.appointments import free_times, plan_appointment
from desk.services.asking import ask_question
from desk.services.firsts import apply_with_question
from schedules.selectors import load_calendar

TOKYO = ZoneInfo("Asia/Tokyo")


class Sample(NamedTuple):
    topic: str
    status: str
    text: str
    title: str
    article: str
    sources: str


# What the association names as examples, in other words.
SAMPLES = [
    Sample(
        topic="immigration",
        status="designated",
        text="在留カードの資格が「特定活動」の方が来庁しました。何ができる資格か分からず、"
        "支援してよいか迷っています。",
        title="見本：「特定活動」とだけ書かれているとき",
        article="「特定活動」は、できることが一人ひとり違う在留資格です。多くの場合、パスポートに"
        "付けられた「指定書」に、その人ができる活動が書かれています。\n\n"
        "1. 目的を説明し、本人に在留カードとパスポートの指定書を見せてもらいます。\n"
        "2. 指定書の活動の内容と、在留カードの「就労制限の有無」の欄を読みます。\n"
        "3. 在留期間の満了日を確かめます。近いときは、先に期限の相談につなぎます。\n"
        "4. 指定書がない、読み取れないときは、窓口で判断せず、行政書士か地方出入国在留管理局に"
        "確かめます。\n\n"
        "資格の名前だけで、できる・できないを決めないことが大切です。",
        sources="出入国管理及び難民認定法 別表第一の五",
    ),
    Sample(
        topic="family",
        status="unknown",
        text="海外にいる婚約者を日本に呼びたいという相談を受けました。手続きの順番を知りたいです。",
        title="見本：婚約者を呼び寄せたいという相談",
        article="「婚約者」という在留資格はありません。まず、どこで、どの順番で結婚の手続きをする"
        "つもりかを聞きます。\n\n"
        "1. 日本で暮らす人の国籍と在留資格を確かめます。呼び寄せた後の在留資格が変わるためです。\n"
        "2. 結婚に必要な書類を、二人それぞれの国の大使館・領事館に確かめてもらいます。\n"
        "3. 結婚の後に、家族としての在留資格認定証明書を申請するのが一般的な順番です。\n"
        "4. 結婚の前に来日したいときは、短期滞在の査証について在外公館に確かめます。\n\n"
        "感染症などで入国の決まりが変わっている間は、最新の案内を必ず確かめます。",
        sources="出入国管理及び難民認定法 第7条の2（在留資格認定証明書）",
    ),
    Sample(
        topic="mental",
        status="engineer",
        text="会社の方から、外国人の社員がうつ病と診断され、今後どうすればよいかと相談がありました。",
        title="見本：働く人がうつ病と診断されたとき",
        article="医療・仕事・在留の三つを分けて考えます。本人の同意なしに病名をほかに伝えない"
        "ことが前提です。\n\n"
        "1. 医療：通院を続けられるか、医療通訳が必要かを確かめます。\n"
        "2. 仕事：会社の休職の決まりと、健康保険の傷病手当金が使えるかを確かめます。\n"
        "3. 在留：働けない期間が続くときは、更新や届出について早めに行政書士に相談します。\n"
        "4. 生活：家族、住まい（社宅かどうか）、これからの希望を本人に聞きます。\n\n"
        "会社が帰国をすすめていても、先に本人の気持ちを確かめます。",
        sources="健康保険法 第99条（傷病手当金）\n出入国管理及び難民認定法 第22条の4",
    ),
]
NO_ADVICE = "これは試用のための見本で、助言ではありません。\n\n"
CANNED = [
    ("確認のお願い（見本）", "在留カードの裏面と、指定書の有無もご確認ください。"),
    ("結び（見本）", "状況が変わりましたら、このページに続けてお書きください。"),
]
TEXT_OF_FIRST = "窓口に来た方の家族の在留期間の更新について、順番を知りたいです。"


def seed_desk(*, users: dict[str, User], organization: Organization, now: datetime) -> None:
    """Make what is missing."""
    if Article.objects.exists() or Question.objects.exists():
        return
    CannedText.objects.bulk_create(CannedText(title=title, text=text) for title, text in CANNED)
    asked = [_seed(sample, users, organization, now) for sample in SAMPLES]
    _answer(asked[0], users["scrivener"], now)
    _plan_a_call(asked[-1], users["clerk"], now)
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


def _seed(sample, users, organization, now):
    today = now.astimezone(TOKYO).date()
    Article.objects.create(
        title=sample.title,
        text=NO_ADVICE + sample.article,
        topic_id=sample.topic,
        sources=sample.sources,
        correct_as_of=today,
        review_by=today + timedelta(days=365),
        is_sample=True,
        author=users["scrivener"],
        published_by=users["socialworker"],
        published_at=now,
    )
    return ask_question(
        organization=organization,
        asker=users["clerk"],
        topic_id=sample.topic,
        text=sample.text,
        residence_status=sample.status,
        wish=Wish.CALL if sample.topic == "mental" else Wish.WRITTEN,
        calendar=load_calendar("desk"),
        now=now,
    )


def _answer(question, by, now):
    """One that has its answer, so that a whole thread can be looked at."""
    which = {"question_id": question.pk, "by": by, "now": now}
    answering.claim(**which, calendar=load_calendar("desk"))
    answering.write_answer(
        **which,
        text=NO_ADVICE
        + "パスポートの「指定書」に、できる活動が書かれています。まずそれを見せてもらってください。",
        sources=SAMPLES[0].sources,
        correct_as_of=now.astimezone(TOKYO).date(),
        review_by=None,
        needs_second=False,
        articles=Article.objects.filter(title=SAMPLES[0].title),
    )
    answering.send_answer(**which)


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
