"""What the person is written who asked for an interpreter: staff of an organization."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from interpreters import notices
from interpreters.choices import STILL_COMING, AssignmentStatus, RequestStatus
from interpreters.letters import assignment_of
from interpreters.models import InterpreterRequest
from interpreters.notice_labels import NOTICE_LABELS
from languages.formatting import format_period
from notifications import registry
from notifications.letters import Letter, Obsolete, Suppressed

FINISHED = {
    AssignmentStatus.CHECKED_OUT,
    AssignmentStatus.ATTENDED_NOT_USED,
    AssignmentStatus.REPORTED,
}
IN_THE_MAKING = {RequestStatus.SUBMITTED, RequestStatus.SCREENING, RequestStatus.SEARCHING}

# About somebody who goes: the subject and what is said, while they are still coming.
OF_ASSIGNMENT = {
    notices.FOUND: (
        _("An interpreter comes"),
        _("An interpreter is found for your request %(reference)s. Everything stands here:"),
    ),
    notices.REQUESTER_REMINDER: (
        _("Tomorrow an interpreter comes"),
        _("The interpreter of your request %(reference)s comes soon. Has anything changed?"),
    ),
}
# About the request itself: the same, and in which states it is still true.
OF_REQUEST = {
    notices.RECEIVED: (
        _("Your request has arrived"),
        _("We have received your request %(reference)s, and look for an interpreter."),
        IN_THE_MAKING,
    ),
    notices.CHANGED: (
        _("Your request has changed"),
        _("Your request %(reference)s has changed. We ask the interpreters again."),
        IN_THE_MAKING,
    ),
    notices.OUT_OF_SCOPE: (
        _("We cannot accept your request"),
        _("We cannot accept your request %(reference)s. Call us: we look for a way together."),
        {RequestStatus.OUT_OF_SCOPE},
    ),
    notices.UNFILLED: (
        _("No interpreter was found"),
        _(
            "We found no interpreter for your request %(reference)s. Another time, remote "
            "interpreting or another language may be possible: please call us."
        ),
        {RequestStatus.UNFILLED},
    ),
    notices.CANCELED: (
        _("Your request is canceled"),
        _("Your request %(reference)s is canceled. If that is a mistake, please call us."),
        {RequestStatus.CANCELED},
    ),
}


def compose_about_assignment(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.status not in STILL_COMING:
        return Obsolete("assignment_changed")
    return _letter(assignment.request, *OF_ASSIGNMENT[notice.kind])


def compose_about_request(notice, now):
    subject, sentence, true_in = OF_REQUEST[notice.kind]
    request = _request_of(notice)
    if request is None or request.status not in true_in:
        return Obsolete("request_changed")
    return _letter(request, subject, sentence)


def compose_sought_again(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.request.status != RequestStatus.SEARCHING:
        return Obsolete("request_changed")
    return _letter(
        assignment.request,
        _("An interpreter is sought again"),
        _("The interpreter of your request %(reference)s cannot come. We look for another one."),
    )


def compose_report_due(notice, now):
    assignment = assignment_of(notice)
    if assignment is None or assignment.report_waived_at:
        return Obsolete("report_waived")
    if hasattr(assignment, "requester_report"):
        return Obsolete("reported")
    if assignment.status not in FINISHED:
        return Obsolete("assignment_changed")
    return _letter(
        assignment.request,
        _("Your short report"),
        _("Please write the short report about your request %(reference)s. It takes two minutes:"),
    )


def _request_of(notice):
    """Of the request itself, or of the assignment that was taken back when it changed."""
    app, _colon, key = notice.subject_key.partition(":")
    rows = InterpreterRequest.objects.select_related("requested_by")
    return rows.filter(**{"pk" if app == "request" else "assignments__pk": key}).first()


def _letter(request, subject, sentence):
    member = request.requested_by
    if member is None or not member.is_active:
        return Suppressed("no_address")
    language = member.language_of_letters
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
    **dict.fromkeys(OF_ASSIGNMENT, compose_about_assignment),
    **dict.fromkeys(OF_REQUEST, compose_about_request),
    notices.SOUGHT_AGAIN: compose_sought_again,
    notices.REQUESTER_REPORT_DUE: compose_report_due,
}


def register_composers():
    for kind, compose in COMPOSERS.items():
        registry.register(kind, compose, label=NOTICE_LABELS[kind])
