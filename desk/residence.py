"""The residence statuses of the Immigration Control Act, with the days from which they exist.

Source: 出入国管理及び難民認定法, appended tables 1 and 2, and the Special Act (特別永住者);
育成就労 from 2027-04-01 (Act No. 60 of 2024).
"""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class ResidenceStatus(NamedTuple):
    code: str
    name_ja: str
    valid_from: date | None = None


STATUSES = [
    ResidenceStatus("permanent", "永住者"),
    ResidenceStatus("spouse_japanese", "日本人の配偶者等"),
    ResidenceStatus("spouse_permanent", "永住者の配偶者等"),
    ResidenceStatus("long_term", "定住者"),
    ResidenceStatus("special_permanent", "特別永住者"),
    ResidenceStatus("designated", "特定活動"),
    ResidenceStatus("dependent", "家族滞在"),
    ResidenceStatus("student", "留学"),
    ResidenceStatus("engineer", "技術・人文知識・国際業務"),
    ResidenceStatus("transferee", "企業内転勤"),
    ResidenceStatus("specified_skilled", "特定技能"),
    ResidenceStatus("technical_intern", "技能実習"),
    ResidenceStatus("skill_development", "育成就労", date(2027, 4, 1)),
    ResidenceStatus("nursing_care", "介護"),
    ResidenceStatus("skilled_labor", "技能"),
    ResidenceStatus("highly_skilled", "高度専門職"),
    ResidenceStatus("business_manager", "経営・管理"),
    ResidenceStatus("professor", "教授"),
    ResidenceStatus("instructor", "教育"),
    ResidenceStatus("researcher", "研究"),
    ResidenceStatus("medical", "医療"),
    ResidenceStatus("legal_accounting", "法律・会計業務"),
    ResidenceStatus("artist", "芸術"),
    ResidenceStatus("religious", "宗教"),
    ResidenceStatus("journalist", "報道"),
    ResidenceStatus("entertainer", "興行"),
    ResidenceStatus("cultural", "文化活動"),
    ResidenceStatus("trainee", "研修"),
    ResidenceStatus("short_term", "短期滞在"),
    ResidenceStatus("diplomat", "外交"),
    ResidenceStatus("official", "公用"),
]
BY_CODE = {status.code: status for status in STATUSES}
NONE, UNKNOWN = "none", "unknown"


def statuses_on(day: date) -> list[ResidenceStatus]:
    """Those that exist on a day."""
    return [each for each in STATUSES if each.valid_from is None or each.valid_from <= day]


def choices_on(day: date) -> list[tuple[str, str]]:
    """For a form: what exists on that day, or none, or not known."""
    return [
        (UNKNOWN, _("not known")),
        *((each.code, each.name_ja) for each in statuses_on(day)),
        (NONE, _("without a status")),
    ]


def name_of(code: str) -> str:
    if code in BY_CODE:
        return BY_CODE[code].name_ja
    return str(_("without a status") if code == NONE else _("not known"))
