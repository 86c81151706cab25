from zoneinfo import ZoneInfo

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from consultations import cookies
from consultations.care import is_near
from consultations.choices import ForWhom
from consultations.forms import ConsentForm, SlotForm
from consultations.models import Booking, Draft, Slot, WaitingEntry
from consultations.selectors import slot_choices
from consultations.services.drafts import DraftGone, SlotTaken, hold_slot, save_answers
from consultations.services.limits import AlreadyBooked, ProofNeeded
from consultations.services.making import (
    AnswersMissing,
    PersonNotAsked,
    SupporterRefused,
    book_from_draft,
)
from consultations.steps import (
    CARE,
    CHECK,
    CONTACT,
    DONE,
    QUESTIONS,
    TIME,
    TOPIC,
    WHOM,
    next_step,
)
from consultations.summaries import summary_of
from consultations.views import support
from privacy.policies import personal

TOKYO = ZoneInfo("Asia/Tokyo")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, number):
    """One page of the booking. Its address and title say nothing about its subject."""
    now = timezone.now()
    key = cookies.draft_key_of(request)
    if number == DONE:
        return _done(request, key, now)
    if number == CHECK and request.method == "POST":
        return _send(request, key, now)
    draft = _draft(request, key, now)
    if draft is None:
        return _gone(request, key)
    if number == WHOM and request.support:
        # A client's booking stays one.
        return redirect("consultations:step", number=next_step(draft.answers))
    if number in QUESTIONS:
        return _question(request, draft, number, now)
    if number == TIME:
        return _time(request, draft, now)
    if number == CHECK:
        return _check(request, draft)
    return _gone(request, None, status=404)


def _question(request, draft, number, now):
    answers = draft.answers
    extra = _known_of(number, answers, now)
    if request.method == "POST":
        form = QUESTIONS[number](request.POST, **extra)
        if form.is_valid():
            return _keep(request, draft, form.answers(), now)
        return _page(request, number, form, status=422)
    known = {name: value for name, value in answers.items() if value not in ("", None)}
    return _page(request, number, QUESTIONS[number](initial=known, **extra))


def _known_of(number, answers, now):
    """What a question must know to be asked well."""
    known = {"for_whom": answers.get("for_whom", "")}
    if number == CARE:
        known["today"] = now.astimezone(TOKYO).date()
    if number == CONTACT:
        # What is asked about the telephone depends on how the person wants to talk.
        known["mode"] = answers.get("mode", "")
    return known


def _keep(request, draft, answers, now):
    try:
        draft = save_answers(key=draft.pk, answers=answers, now=now)
    except DraftGone:
        return _gone(request, draft.pk)
    response = redirect("consultations:step", number=next_step(draft.answers))
    cookies.renew_draft_token(request, response)
    return response


def _time(request, draft, now):
    answers = draft.answers
    if not answers.get("topic"):
        return redirect("consultations:step", number=TOPIC)
    if request.method != "POST":
        return _times(request, _slot_form(draft, now, initial={"slot": answers.get("slot")}))
    form = _slot_form(draft, now, request.POST)
    if not form.is_valid():
        # Well-formed, but no longer to be had: somebody was faster.
        taken = form.has_error("slot", code="invalid_choice")
        return _times(request, form, status=409 if taken else 422)
    try:
        draft = hold_slot(key=draft.pk, slot_id=form.cleaned_data["slot"], now=now)
    except DraftGone:
        return _gone(request, draft.pk)
    except SlotTaken:
        return _taken(request, draft, now)
    response = redirect("consultations:step", number=next_step(draft.answers))
    cookies.renew_draft_token(request, response)
    return response


def _slot_form(draft, now, data=None, **kwargs):
    """The question for a time, with all that are free."""
    answers = draft.answers
    zone = answers.get("time_zone", "")
    choices = slot_choices(
        topic=answers.get("topic", ""),
        language=get_language(),
        zone=zone,
        draft_key=draft.pk,
        now=now,
    )
    for_whom = answers.get("for_whom", "")
    return SlotForm(data, choices=choices, zone=zone, for_whom=for_whom, **kwargs)


def _times(request, form, status=200):
    return _page(request, TIME, form, status, has_times=bool(form.fields["slot"].choices))


def _taken(request, draft, now):
    """The times that are still free, with a word about the one that is not."""
    form = _slot_form(draft, now, {"slot": draft.answers.get("slot")})
    form.add_error("slot", form.fields["slot"].error_messages["invalid_choice"])
    form.errors["slot"] = form.errors["slot"][:1]
    return _times(request, form, status=409)


def _check(request, draft, form=None, status=200):
    now = timezone.now()
    answers = draft.answers
    open_step = next_step(answers)
    if open_step != CHECK:
        return redirect("consultations:step", number=open_step)
    slot = Slot.objects.select_related("expert").filter(pk=answers["slot"]).first()
    if slot is None:
        return _taken(request, draft, now)
    if form is None:
        form = support.consent_form(request, answers)
    context = {
        "form": form,
        "number": CHECK,
        "answers": answers,
        "slot": slot,
        "rows": summary_of(answers),
        "for_other": answers.get("for_whom") == ForWhom.OTHER,
        "is_date_near": is_near(answers.get("critical_date"), now),
        "back": TIME,
    }
    return render(request, "consultations/check.html", context, status=status)


def _send(request, key, now):
    if key is None or not ConsentForm(request.POST).is_valid():
        return _agree_first(request, key, now)
    # Only a booking with a supporter asks for it.
    is_asked = "consent_given" in request.POST
    if is_asked and not support.keep_consent(request, _draft(request, key, now), now):
        return _agree_first(request, key, now)
    try:
        booking = book_from_draft(
            key=key,
            consent_language=get_language(),
            person_agrees="person_agrees" in request.POST,
            now=now,
        )
    except DraftGone:
        return _gone(request, key)
    except PersonNotAsked:
        return _agree_first(request, key, now)
    except SupporterRefused:
        return support.refused(request, key, now)
    except AnswersMissing:
        # Who leaves at this very moment has no draft any more.
        draft = _draft(request, key, now)
        if draft is None:
            return _gone(request, key)
        return redirect("consultations:step", number=next_step(draft.answers))
    except SlotTaken:
        draft = _draft(request, key, now)
        return _taken(request, draft, now) if draft else _gone(request, key)
    except ProofNeeded:
        return redirect("consultations:proof")
    except AlreadyBooked as refusal:
        # The mailbox is proved to be theirs, so its link is too.
        return redirect("consultations:link", token=refusal.booking.link_token)
    response = redirect("consultations:step", number=DONE)
    if not support.made_by(request, booking):
        # The browser that booked need not type the code; a supporter's is not the person's.
        cookies.remember_browser(response, booking)
    return response


def _agree_first(request, key, now):
    draft = _draft(request, key, now)
    if draft is None:
        return _gone(request, key)
    form = support.consent_form(request, draft.answers, request.POST)
    return _check(request, draft, form, status=422)


def _draft(request, key, now):
    draft = Draft.objects.live(now).filter(pk=key).first() if key else None
    request.support = support.support_of(request, draft) if draft else None
    return draft


def _done(request, key, now):
    """Number and code, for as long as the browser keeps the draft's cookie and no longer."""
    just_made = Booking.objects.filter(booked_at__gt=now - settings.DRAFT_LIFETIME)
    booking = just_made.with_story().filter(draft_key=key).first() if key else None
    if booking is None:
        return _gone(request, None)
    context = {
        "booking": booking,
        "resident": booking.case.resident,
        "for_other": booking.for_whom == ForWhom.OTHER,
        "is_date_near": is_near(booking.case.critical_date, now),
    }
    context |= support.for_the_client(request, booking)
    return render(request, "consultations/done.html", context)


def _page(request, number, form, status=200, **context):
    # A supporter has said for whom on a page of its own.
    first = TOPIC if getattr(request, "support", None) else WHOM
    back = number - 1 if number > first else 0
    context.update(form=form, number=number, back=back, last=CHECK)
    template = "consultations/time.html" if number == TIME else "consultations/question.html"
    return render(request, template, context, status=status)


def _gone(request, key, status=410):
    """Nothing to see: the answers were sent, wiped, or are older than an hour."""
    if key and Booking.objects.filter(draft_key=key).exists():
        return redirect("consultations:step", number=DONE)
    if key and WaitingEntry.objects.filter(draft_key=key).exists():
        return redirect("consultations:wait_joined")
    return render(request, "consultations/gone.html", status=status)
