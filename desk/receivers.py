from django.dispatch import receiver

from accounts.signals import application_approved, application_refused
from desk.digest import send_digest
from desk.letters import DESK
from desk.services.answering import release_claims
from desk.services.asking import close_what_is_quiet
from desk.services.firsts import ask_first_question, drop_first_question
from notifications.signals import sweeping
from schedules.selectors import load_calendar


@receiver(sweeping)
def keep_promises(sender, now, **kwargs):
    """What beat does as well, for an installation with Celery switched off."""
    release_claims(now=now)
    close_what_is_quiet(now=now)
    send_digest(now=now)


@receiver(application_approved)
def ask_what_was_asked(sender, application, applicant, now, **kwargs):
    """The question that came with an application stands in the queue from now on."""
    ask_first_question(
        application=application, asker=applicant, calendar=load_calendar(DESK), now=now
    )


@receiver(application_refused)
def drop_what_was_asked(sender, application, **kwargs):
    drop_first_question(application=application)
