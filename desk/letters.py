"""What askers are written: that there is something, and where. Never what it says."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from desk import notices
from desk.choices import QuestionStatus
from desk.digest import digest_of, members
from desk.models import Article, Question
from desk.roles import reads_articles
from interface.memory import ShortMemory
from languages.formatting import format_moment, format_month
from notifications import registry
from notifications.letters import Letter, Obsolete, Suppressed
from schedules.hours import is_open, next_opening
from schedules.selectors import load_calendar

DESK = "desk"
MOST_TOPICS = 3
# All members are told of the same month within minutes.
months = ShortMemory(lifetime=60)
# In which states of the question a letter is still true.
TRUE_IN = {
    notices.RECEIVED: {QuestionStatus.RECEIVED, QuestionStatus.CLAIMED},
    # A question that was merged is answered with the other one.
    notices.ANSWERED: {QuestionStatus.ANSWERED, QuestionStatus.MERGED},
    notices.ASKED_BACK: {QuestionStatus.WAITING},
    notices.OUT_OF_SCOPE: {QuestionStatus.OUT_OF_SCOPE},
}
WORDS = {
    notices.RECEIVED: (
        _("Your question has arrived"),
        _("We have received your question %(reference)s."),
    ),
    notices.ANSWERED: (
        _("An answer is waiting"),
        _("There is an answer to your question %(reference)s. It stands behind this link:"),
    ),
    notices.ASKED_BACK: (
        _("Your question needs one more thing"),
        _("To answer your question %(reference)s we need to know one more thing:"),
    ),
    notices.OUT_OF_SCOPE: (
        _("About your question"),
        _("Your question %(reference)s belongs somewhere else. Where, stands behind this link:"),
    ),
}


def letter_to(user: User, subject, paragraphs) -> Letter:
    """Under the language it was written in; a reply reaches the desk's mailbox."""
    return Letter(
        to=user.email,
        language=user.language_of_letters,
        subject=str(subject),
        text="\n\n".join(map(str, paragraphs)),
        reply_to=settings.DESK_MAILBOX,
    )


def can_read(asker: User | None, question: Question) -> bool:
    """Whether a letter would lead anywhere: the account works, and still sees the question."""
    if asker is None or not asker.is_active:
        return False
    return Question.objects.visible_to(asker).filter(pk=question.pk).exists()


def compose(notice, now):
    question = (
        Question.objects.select_related("asker")
        .defer("text")
        .filter(pk=notice.subject_key.removeprefix("question:"))
        .first()
    )
    if question is None or question.status not in TRUE_IN[notice.kind]:
        return Obsolete("question_changed")
    # It was answered and opened again since: only the last answer is told of.
    if notice.kind != notices.RECEIVED and question.revision != notice.revision:
        return Obsolete("question_changed")
    asker = question.asker
    if not can_read(asker, question):
        return Suppressed("no_address")
    subject, sentence = WORDS[notice.kind]
    language = asker.language_of_letters
    with override(language):
        paragraphs = [sentence % {"reference": str(question)}]
        if notice.kind == notices.RECEIVED:
            paragraphs.append(_open_sentence(now, language))
        paragraphs.append(
            settings.LINK_ORIGIN + reverse("desk:question", args=[question.reference])
        )
        if notice.kind == notices.ASKED_BACK:
            paragraphs.append(
                _(
                    "If we hear nothing for two weeks, we close the question. You can write"
                    " there again at any time."
                )
            )
        return letter_to(asker, subject, [*paragraphs, *where_to_answer()])


def compose_rule_changed(notice, now):
    article = Article.objects.published().filter(pk=notice.subject_key.removeprefix("article:"))
    article = article.first()
    if article is None or article.revision != notice.revision:
        return Obsolete("article_changed")
    asker = User.objects.active().filter(pk=notice.recipient_key.removeprefix("user:")).first()
    if asker is None or not reads_articles(asker):
        return Suppressed("no_address")
    with override(asker.language_of_letters):
        paragraphs = [
            _("Something we once answered you has changed. Please read it again:"),
            settings.LINK_ORIGIN + reverse("desk:article", args=[article.pk]),
            *where_to_answer(),
        ]
        return letter_to(asker, _("A rule has changed"), paragraphs)


def compose_digest(notice, now):
    """The month's letter: how much was asked of what, and what was written of it."""
    member = members().filter(pk=notice.recipient_key.removeprefix("user:")).first()
    if member is None:
        return Obsolete("not_wanted")
    month = date.fromisoformat(notice.subject_key.removeprefix("desk_month:") + "-01")
    told = months.get(month, lambda: digest_of(month))
    language = member.language_of_letters
    with override(language):
        paragraphs = [
            _("What members asked the desk in %(month)s:")
            % {"month": format_month(month, language)},
            *(
                _("%(topic)s: %(count)d or more") % {"topic": topic, "count": count}
                for topic, count in told.topics[:MOST_TOPICS]
            ),
            *(_("New to read: %(title)s") % {"title": each.title} for each in told.articles),
            _("The whole page, and how to have no more of these letters:"),
            settings.LINK_ORIGIN + reverse("desk:digest", args=[f"{month:%Y-%m}"]),
        ]
        return letter_to(member, _("A month at the support desk"), paragraphs)


def where_to_answer() -> list:
    """Where a reply goes, as a paragraph."""
    if not settings.DESK_MAILBOX:
        return [_("Please do not answer this letter. Write on the page.")]
    return [
        _("Write on the page if you can. A reply to this letter reaches %(mailbox)s.")
        % {"mailbox": settings.DESK_MAILBOX}
    ]


def _open_sentence(now, language):
    calendar = load_calendar(DESK)
    if is_open(calendar, now):
        return _("The desk is open now.")
    opens_at = next_opening(calendar, now)
    if opens_at is None:
        return _("The desk has no hours at the moment.")
    return _("The desk opens next: %(moment)s") % {"moment": format_moment(opens_at, language)}


LABELS = {
    notices.RECEIVED: _("question arrived"),
    notices.ANSWERED: _("answer is waiting"),
    notices.ASKED_BACK: _("one more thing is needed"),
    notices.OUT_OF_SCOPE: _("question out of scope"),
}


def register_composers():
    for kind, label in LABELS.items():
        registry.register(kind, compose, label=label)
    registry.register(notices.DIGEST, compose_digest, label=_("a month at the desk"))
    registry.register(notices.RULE_CHANGED, compose_rule_changed, label=_("rule changed"))
