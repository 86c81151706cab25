"""What the person is written who asked for an interpreter: staff of an organization."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from interpreters import notices
from interpreters.choices import AssignmentStatus, RequestStatus
from interpreters.letters import STILL_COMING, assignment_of
from interpreters.notice_labels import NOTICE_LABELS
from languages.formatting import format_period
from notifications import registry
from notifications.letters import Letter, Obsolete, Suppressed


def compose_found(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.status not in STILL_COMING:
        return Obsolete("assignment_changed")
    return _letter(
        assignment,
        _("An interpreter comes"),
        _("An interpreter is found for your request %(reference)s. Everything stands here:"),
    )


def compose_sought_again(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.request.status != RequestStatus.SEARCHING:
        return Obsolete("request_changed")
    return _letter(
        assignment,
        _("An interpreter is sought again"),
        _("The interpreter of your request %(reference)s cannot come. We look for another one."),
    )


def compose_report_due(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.report_waived_at:
        return Obsolete("report_waived")
    if hasattr(assignment, "requester_report"):
        return Obsolete("reported")
    if assignment.status not in {
        AssignmentStatus.CHECKED_OUT,
        AssignmentStatus.ATTENDED_NOT_USED,
        AssignmentStatus.REPORTED,
    }:
        return Obsolete("assignment_changed")
    return _letter(
        assignment,
        _("Your short report"),
        _("Please write the short report about your request %(reference)s. It takes two minutes:"),
    )


def _letter(assignment, subject, sentence):
    member = assignment.request.requested_by
    if member is None or not member.is_active:
        return Suppressed("no_address")
    language, request = member.language_of_letters, assignment.request
    with override(language):
        link = settings.LINK_ORIGIN + reverse("interpreters:request", args=[request.reference])
        paragraphs = [
            sentence % {"reference": str(request)},
            format_period(request.starts_at, request.ends_at, language),
            link,
        ]
        return Letter(
            to=member.email,
            language=language,
            subject=str(subject),
            text="\n\n".join(paragraphs),
        )


COMPOSERS = {
    notices.FOUND: compose_found,
    notices.SOUGHT_AGAIN: compose_sought_again,
    notices.REQUESTER_REPORT_DUE: compose_report_due,
}


def register_composers():
    for kind, compose in COMPOSERS.items():
        registry.register(kind, compose, label=NOTICE_LABELS[kind])
