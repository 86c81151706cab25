"""The words of the coded topics, for people who have never dealt with an office here."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Words(NamedTuple):
    label: str
    hint: str


TOPICS = {
    "immigration": Words(
        _("Visa and residence status"),
        _("For example: extend or change your status, bring your family, residence card"),
    ),
    "nationality": Words(
        _("Nationality and refugee status"),
        _("For example: become Japanese, a child without a nationality, ask for protection"),
    ),
    "work": Words(
        _("Work: pay, dismissal, accident at work"),
        _("For example: pay is missing, you lost your job, you were hurt at work"),
    ),
    "social": Words(
        _("Health insurance and pension"),
        _("For example: join an insurance, pension payments, money back when you leave Japan"),
    ),
    "tax": Words(
        _("Taxes"),
        _("For example: a tax letter you do not understand, tax return, family abroad"),
    ),
    "medical": Words(
        _("Illness and hospitals"),
        _("For example: find a hospital, pay for treatment, understand a doctor"),
    ),
    "mental": Words(
        _("Worries, stress, cannot sleep"),
        _("For example: you feel sad or afraid for a long time, you feel alone"),
    ),
    "welfare": Words(
        _("No money for living, disability, old age"),
        _("For example: no money for food or rent, help from the city, care for a person"),
    ),
    "birth": Words(
        _("Pregnancy and small children"),
        _("For example: having a baby, child allowance, nursery"),
    ),
    "education": Words(
        _("School and education"),
        _("For example: enter a school, bullying, money for school"),
    ),
    "japanese": Words(
        _("Learning Japanese"),
        _("For example: find a class near you, for adults or for children"),
    ),
    "disaster": Words(
        _("Earthquakes, typhoons and other disasters"),
        _("For example: prepare, where to go, help after a disaster"),
    ),
    "housing": Words(
        _("House or apartment"),
        _("For example: find a home, cannot pay the rent, you were told to leave"),
    ),
    "family": Words(
        _("Family: marriage, divorce, violence, children"),
        _("For example: divorce, money for children, violence at home"),
    ),
    "traffic": Words(
        _("Driving license and traffic"),
        _("For example: change your license to a Japanese one, car, bicycle"),
    ),
    "consumer": Words(
        _("Debts, contracts, shopping"),
        _("For example: you cannot pay back money, a contract you want to end, fraud"),
    ),
    "crime": Words(
        _("Accidents and crimes"),
        _("For example: a traffic accident, somebody hurt you, the police called you"),
    ),
    "procedures": Words(
        _("Papers at the city office"),
        _("For example: move house, certificates, My Number card"),
    ),
    "interp": Words(
        _("Interpreting and translation"),
        _("For example: somebody who comes with you, a letter you cannot read"),
    ),
    "discrimination": Words(
        _("Discrimination and human rights"),
        _("For example: you were refused or insulted because of where you come from"),
    ),
    "other": Words(
        pgettext_lazy("topic of a consultation", "Something else"),
        _("Also when you do not know which one it is"),
    ),
}


def topic_label(code):
    return str(TOPICS[code].label) if code in TOPICS else ""


def topic_hint(code):
    return str(TOPICS[code].hint) if code in TOPICS else ""
