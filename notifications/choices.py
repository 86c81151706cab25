from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    EMAIL = "email", pgettext_lazy("channel of a notice", "e-mail")
    CALL = "call", pgettext_lazy("channel of a notice", "call by a coordinator")


class NoticeState(TextChoices):
    PLANNED = "planned", pgettext_lazy("state of a notice", "planned")
    CLAIMED = "claimed", pgettext_lazy("state of a notice", "being sent")
    RETRYING = "retrying", pgettext_lazy("state of a notice", "to be tried again")
    SENT = "sent", pgettext_lazy("state of a notice", "sent")
    FAILED = "failed", pgettext_lazy("state of a notice", "failed")
    OBSOLETE = "obsolete", pgettext_lazy("state of a notice", "no longer wanted")
    SUPPRESSED = "suppressed", pgettext_lazy("state of a notice", "held back")
    UNKNOWN = "unknown", pgettext_lazy("state of a notice", "perhaps sent")


class Reason(TextChoices):
    """Why a notice is where it is. Composers add codes of their own."""

    EXPIRED = "expired", _("Its time had passed.")
    ABORTED = "aborted", _("A coordinator stopped it.")
    UNKNOWN_KIND = "unknown_kind", _("No part of the portal knows how to write this letter.")
    COMPOSER_ERROR = "composer_error", _("The letter could not be written.")
    WRONG_CHANNEL = "wrong_channel", _("A letter was due, and something else was written.")
    ADDRESS_INVALID = "address_invalid", _("The address cannot receive e-mail.")
    RECIPIENT_REFUSED = "recipient_refused", _("The address was refused.")
    LETTER_REFUSED = "letter_refused", _("The mail server refused the letter.")
    SENDER_REFUSED = "sender_refused", _("The mail server refused us as the sender.")
    RELAY_UNREACHABLE = "relay_unreachable", _("The mail server could not be reached.")
    RELAY_BUSY = "relay_busy", _("The mail server asked us to come back later.")
    CONNECTION_LOST = "connection_lost", _("The connection to the mail server broke.")
    SENDING_ERROR = "sending_error", _("Something broke while the letter was handed over.")
    WORKER_LOST = "worker_lost", _("The worker died while the letter was handed over, twice.")
    NO_ANSWER = "no_answer", _("Nobody answered the call.")
    CALL_MISSED = "call_missed", _("The call was not made in time.")


# The states in which something is still to be done without a person's decision.
OPEN_STATES = (NoticeState.PLANNED, NoticeState.CLAIMED, NoticeState.RETRYING)
# The states that a person must see to.
TASK_STATES = (NoticeState.FAILED, NoticeState.UNKNOWN)

# What is not written here is refused. A resend leads back to planned, and so does the
# end of a reason to hold a letter back; from claimed to claimed goes a row whose worker died.
NOTICE_TRANSITIONS = {
    NoticeState.PLANNED: {
        NoticeState.CLAIMED,
        NoticeState.RETRYING,
        NoticeState.SENT,
        NoticeState.FAILED,
        NoticeState.OBSOLETE,
    },
    NoticeState.CLAIMED: {
        NoticeState.CLAIMED,
        NoticeState.RETRYING,
        NoticeState.SENT,
        NoticeState.FAILED,
        NoticeState.OBSOLETE,
        NoticeState.SUPPRESSED,
        NoticeState.UNKNOWN,
    },
    NoticeState.RETRYING: {
        NoticeState.CLAIMED,
        NoticeState.RETRYING,
        NoticeState.SENT,
        NoticeState.FAILED,
        NoticeState.OBSOLETE,
    },
    NoticeState.SENT: {NoticeState.PLANNED},
    NoticeState.FAILED: {NoticeState.PLANNED},
    NoticeState.UNKNOWN: {NoticeState.PLANNED},
    NoticeState.OBSOLETE: set(),
    NoticeState.SUPPRESSED: {NoticeState.PLANNED},
}
