"""What is said to somebody who asked for a call, in Japanese for whoever calls."""

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from cases.choices import ContactChannel
from consultations.call_notices import CALL_REQUESTED
from consultations.letters import HELPERS_LANGUAGE
from consultations.models import CallRequest
from consultations.notice_labels import NOTICE_LABELS
from languages.formatting import format_list
from notifications import registry
from notifications.letters import Call, Obsolete, Suppressed


def call_request_script(call_request: CallRequest) -> list[str]:
    """What can be said without what the person wrote; nothing is decrypted."""
    resident = call_request.case.resident
    with override(HELPERS_LANGUAGE):
        language = resident.speaking_language.label_for(HELPERS_LANGUAGE)
        lines = [
            _("This person asked on the portal to be called."),
            _("Speak %(language)s, or call together with an interpreter.") % {"language": language},
        ]
        if resident.is_discreet:
            lines.append(_("Do not say who is calling before you are sure it is the right person."))
    return lines


def compose_call(notice, now):
    """The second look at a call that was asked for."""
    call_request = notice.subject or _call_request_of(notice)
    if call_request is None:
        return Obsolete("call_request_gone")
    if call_request.answered_at:
        return Obsolete("answered")
    resident = call_request.case.resident
    if resident.channel != ContactChannel.PHONE:
        return Suppressed("another_channel_is_safe")
    return Call(
        language=resident.speaking_language_id,
        phone=resident.phone,
        safe_hours=format_list(resident.safe_hours_labels, get_language() or HELPERS_LANGUAGE),
        script="\n".join([*call_request_script(call_request), *_written(call_request)]),
    )


def _written(call_request):
    """What the person wrote, a line each; a dash where there is no name."""
    resident = call_request.case.resident
    with override(HELPERS_LANGUAGE):
        lines = [_("To be called: %(name)s") % {"name": resident.nickname or "–"}]
        if resident.language_note:
            lines.append(
                _("Language in own words: %(language)s") % {"language": resident.language_note}
            )
        if call_request.message:
            lines.append(_("It is about: %(message)s") % {"message": call_request.message})
    return lines


def load_call_requests(notices):
    """The requests of many notices, by subject key, in one query."""
    numbers = {notice.subject_key.partition(":")[2] for notice in notices}
    call_requests = CallRequest.objects.with_story().filter(pk__in=numbers)
    return {call_request.key_for_notices: call_request for call_request in call_requests}


def _call_request_of(notice):
    return load_call_requests([notice]).get(notice.subject_key)


def register_composers():
    registry.register(
        CALL_REQUESTED,
        compose_call,
        label=NOTICE_LABELS[CALL_REQUESTED],
        load=load_call_requests,
    )
