"""What interpreters are written, each in their own language. No client, no topic, no place."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from interpreters import notices
from interpreters.choices import (
    STILL_COMING,
    AssignmentStatus,
    OfferStatus,
    RequestStatus,
)
from interpreters.models import Assignment, Offer
from interpreters.notice_labels import NOTICE_LABELS
from languages.formatting import format_moment, format_period
from notifications import registry
from notifications.letters import Letter, Obsolete, Suppressed

NOT_TAKING_PLACE = _("This appointment does not take place. You need not come. Thank you!")


def compose_offer(notice, now):
    offer = _offer_of(notice)
    if offer is None or offer.status != OfferStatus.SENT:
        return Obsolete("offer_answered")
    asked_before = Offer.objects.filter(
        request=offer.request, interpreter=offer.interpreter, pk__lt=offer.pk
    )
    question = _("Somebody needs an interpreter. Can you come?")
    if offer.request.revision and asked_before.exists():
        question = _("Something has changed. Can you come now? Please look and answer again.")
    return _letter(
        offer.interpreter,
        lambda language: (
            _("Can you interpret?"),
            [
                question,
                format_period(offer.request.starts_at, offer.request.ends_at, language),
                _("The page says what it is about. Please answer by %(moment)s:")
                % {"moment": format_moment(offer.reply_by, language)},
                _address("interpreters:offer", offer),
                _("You need not explain when you cannot come."),
            ],
        ),
    )


def compose_not_selected(notice, now):
    offer = _offer_of(notice)
    if offer is None or offer.status != OfferStatus.NOT_SELECTED:
        return Obsolete("offer_changed")
    return _letter(
        offer.interpreter,
        lambda language: (
            _("Thank you"),
            [
                format_period(offer.request.starts_at, offer.request.ends_at, language),
                _("This time somebody else goes. You need not do anything. Thank you!"),
            ],
        ),
    )


def compose_withdrawn(notice, now):
    offer = _offer_of(notice)
    if offer is None or offer.status != OfferStatus.WITHDRAWN:
        return Obsolete("offer_changed")
    return _need_not_come(offer.interpreter, offer.request)


def compose_assigned(notice, now):
    return _about_coming(
        notice,
        now,
        _("You interpret"),
        _("You are asked to come. Please open the page, read it and confirm:"),
    )


def compose_reminder(notice, now):
    return _about_coming(
        notice, now, _("Tomorrow"), _("You interpret soon. Everything stands on this page:")
    )


def compose_called_off(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.status != AssignmentStatus.RETURNED:
        return Obsolete("assignment_changed")
    if assignment.request.status == RequestStatus.CANCELED:
        return _need_not_come(assignment.interpreter, assignment)
    return _need_not_come(
        assignment.interpreter,
        assignment,
        _("Somebody else goes, or the time has changed. You need not come. Thank you!"),
    )


def _need_not_come(
    interpreter,
    time,
    why=NOT_TAKING_PLACE,
):
    return _letter(
        interpreter,
        lambda language: (
            _("You need not come"),
            [format_period(time.starts_at, time.ends_at, language), why],
        ),
    )


def compose_report_due(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.reported_at:
        return Obsolete("reported")
    return _letter(
        assignment.interpreter,
        lambda language: (
            _("Your short report"),
            [
                _("Thank you for interpreting. Please write the short report:"),
                _address("interpreters:assignment", assignment),
            ],
        ),
    )


def _about_coming(notice, now, subject, text):
    assignment = assignment_of(notice)
    if assignment is None or assignment.status not in STILL_COMING:
        return Obsolete("assignment_changed")
    if assignment.starts_at <= now:
        return Obsolete("begun")
    return _letter(
        assignment.interpreter,
        lambda language: (
            subject,
            [
                format_period(assignment.starts_at, assignment.ends_at, language),
                text,
                _address("interpreters:assignment", assignment),
            ],
        ),
    )


def _letter(interpreter, write):
    account = interpreter.account
    if account is None or not account.is_active:
        return Suppressed("no_address")
    # Unlike letters about the account these exist in every complete language.
    language = account.language
    if language not in settings.COMPLETE_LANGUAGES:
        language = account.language_of_letters
    with override(language):
        subject, paragraphs = write(language)
        return Letter(
            to=account.email,
            language=language,
            subject=str(subject),
            text="\n\n".join(str(each) for each in paragraphs),
        )


def _address(name, subject):
    return settings.LINK_ORIGIN + reverse(name, args=[subject.link_token])


def _offer_of(notice):
    return _subject_of(notice, Offer, "offer:")


def assignment_of(notice):
    return _subject_of(notice, Assignment, "assignment:")


def _subject_of(notice, model, prefix):
    rows = model.objects.select_related("request", "interpreter__account")
    return rows.filter(pk=notice.subject_key.removeprefix(prefix)).first()


COMPOSERS = {
    notices.OFFER: compose_offer,
    notices.NOT_SELECTED: compose_not_selected,
    notices.WITHDRAWN: compose_withdrawn,
    notices.ASSIGNED: compose_assigned,
    notices.ASSIGNMENT_REMINDER: compose_reminder,
    notices.CALLED_OFF: compose_called_off,
    notices.REPORT_DUE: compose_report_due,
}


def register_composers():
    for kind, compose in COMPOSERS.items():
        registry.register(kind, compose, label=NOTICE_LABELS[kind])
