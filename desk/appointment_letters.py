"""What askers are written about a call or a meeting: when, and where to look. Nothing else."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from desk import notices
from desk.choices import AppointmentStatus, Wish
from desk.letters import can_read, letter_to, where_to_answer
from desk.models import Appointment
from languages.formatting import format_period
from notifications import registry
from notifications.letters import Obsolete, Suppressed

# In which state a letter is still true.
TRUE_IN = {
    notices.APPOINTMENT_PLANNED: AppointmentStatus.PLANNED,
    notices.APPOINTMENT_REMINDER: AppointmentStatus.PLANNED,
    notices.APPOINTMENT_CANCELED: AppointmentStatus.CANCELED,
    notices.NOT_REACHED: AppointmentStatus.NOT_REACHED,
}
SUBJECTS = {
    notices.APPOINTMENT_PLANNED: _("An appointment with the desk"),
    notices.APPOINTMENT_REMINDER: _("Reminder of an appointment"),
    notices.APPOINTMENT_CANCELED: _("An appointment is canceled"),
    notices.NOT_REACHED: _("We could not reach you"),
}
SENTENCES = {
    (notices.APPOINTMENT_PLANNED, Wish.CALL): _("The desk calls you: %(period)s"),
    (notices.APPOINTMENT_PLANNED, Wish.MEETING): _("The desk meets you online: %(period)s"),
    (notices.APPOINTMENT_REMINDER, Wish.CALL): _("The desk calls you soon: %(period)s"),
    (notices.APPOINTMENT_REMINDER, Wish.MEETING): _("The desk meets you online soon: %(period)s"),
    (notices.APPOINTMENT_CANCELED, Wish.CALL): _(
        "The call does not take place: %(period)s. How it goes on stands on the page."
    ),
    (notices.APPOINTMENT_CANCELED, Wish.MEETING): _(
        "The meeting does not take place: %(period)s. How it goes on stands on the page."
    ),
    (notices.NOT_REACHED, Wish.CALL): _(
        "We called three times and did not reach you. Choose another time on the page, or"
        " write to us there."
    ),
    (notices.NOT_REACHED, Wish.MEETING): _(
        "We waited for you three times. Choose another time on the page, or write to us there."
    ),
}


def compose(notice, now):
    appointment = (
        Appointment.objects.select_related("question__asker")
        .defer("phone", "join_url", "question__text")
        .filter(pk=notice.subject_key.removeprefix("appointment:"))
        .first()
    )
    if (
        appointment is None
        or appointment.revision != notice.revision
        or appointment.status != TRUE_IN[notice.kind]
    ):
        return Obsolete("appointment_changed")
    if notice.kind == notices.APPOINTMENT_REMINDER and appointment.starts_at <= now:
        return Obsolete("appointment_over")
    asker = appointment.question.asker
    if not can_read(asker, appointment.question):
        return Suppressed("no_address")
    language = asker.language_of_letters
    with override(language):
        period = format_period(appointment.starts_at, appointment.ends_at, language)
        page = reverse("desk:question", args=[appointment.question.reference])
        paragraphs = [
            SENTENCES[notice.kind, appointment.kind] % {"period": period},
            _("Your question has the number %(reference)s. The page of it:")
            % {"reference": str(appointment.question)},
            settings.LINK_ORIGIN + page,
            *where_to_answer(),
        ]
        return letter_to(asker, SUBJECTS[notice.kind], paragraphs)


LABELS = {
    notices.APPOINTMENT_PLANNED: _("call or meeting planned"),
    notices.APPOINTMENT_REMINDER: _("reminder of a call or meeting"),
    notices.APPOINTMENT_CANCELED: _("call or meeting canceled"),
    notices.NOT_REACHED: _("asker not reached"),
}


def register_composers():
    for kind, label in LABELS.items():
        registry.register(kind, compose, label=label)
