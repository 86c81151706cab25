from zoneinfo import ZoneInfo

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from consultations import cookies
from consultations.forms import ConsentForm, SlotForm
from consultations.models import Booking, Draft, Slot, WaitingEntry
from consultations.selectors import slot_choices
from consultations.services.drafts import DraftGone, SlotTaken, hold_slot, save_answers
from consultations.services.limits import AlreadyBooked, ProofNeeded
from consultations.services.making import AnswersMissing, book_from_draft
from consultations.steps import CARE, CHECK, CONTACT, DONE, QUESTIONS, TIME, TOPIC, next_step
from consultations.summaries import summary_of
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
    draft = _draft(key, now)
    if draft is None:
        return _gone(request, key)
    if number in QUESTIONS:
        return _question(request, draft, number, now)
    if number == TIME:
        return _time(request, draft, now)
    if number == CHECK:
        return _check(request, draft, ConsentForm())
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
    choices = slot_choices(
        topic=answers["topic"], language=get_language(), draft_key=draft.pk, now=now
    )
    if request.method != "POST":
        form = SlotForm(choices=choices, initial={"slot": answers.get("slot")})
        return _page(request, TIME, form, has_times=bool(choices))
    form = SlotForm(request.POST, choices=choices)
    if not form.is_valid():
        # Well-formed, but no longer to be had: somebody was faster.
        taken = form.has_error("slot", code="invalid_choice")
        return _page(request, TIME, form, status=409 if taken else 422, has_times=bool(choices))
    try:
        draft = hold_slot(key=draft.pk, slot_id=form.cleaned_data["slot"], now=now)
    except DraftGone:
        return _gone(request, draft.pk)
    except SlotTaken:
        return _taken(request, draft, now)
    response = redirect("consultations:step", number=next_step(draft.answers))
    cookies.renew_draft_token(request, response)
    return response


def _taken(request, draft, now):
    """The times that are still free, with a word about the one that is not."""
    choices = slot_choices(
        topic=draft.answers.get("topic", ""), language=get_language(), draft_key=draft.pk, now=now
    )
    form = SlotForm({"slot": draft.answers.get("slot")}, choices=choices)
    form.add_error("slot", form.fields["slot"].error_messages["invalid_choice"])
    form.errors["slot"] = form.errors["slot"][:1]
    return _page(request, TIME, form, status=409, has_times=bool(choices))


def _check(request, draft, form, status=200):
    answers = draft.answers
    open_step = next_step(answers)
    if open_step != CHECK:
        return redirect("consultations:step", number=open_step)
    slot = Slot.objects.select_related("expert").filter(pk=answers["slot"]).first()
    if slot is None:
        return _taken(request, draft, timezone.now())
    context = {
        "form": form,
        "number": CHECK,
        "answers": answers,
        "slot": slot,
        "rows": summary_of(answers),
        "back": TIME,
    }
    return render(request, "consultations/check.html", context, status=status)


def _send(request, key, now):
    form = ConsentForm(request.POST)
    if key is None or not form.is_valid():
        draft = _draft(key, now)
        return _check(request, draft, form, status=422) if draft else _gone(request, key)
    try:
        booking = book_from_draft(key=key, consent_language=get_language(), now=now)
    except DraftGone:
        return _gone(request, key)
    except AnswersMissing:
        # Who leaves at this very moment has no draft any more.
        draft = _draft(key, now)
        if draft is None:
            return _gone(request, key)
        return redirect("consultations:step", number=next_step(draft.answers))
    except SlotTaken:
        draft = _draft(key, now)
        return _taken(request, draft, now) if draft else _gone(request, key)
    except ProofNeeded:
        return redirect("consultations:proof")
    except AlreadyBooked as refusal:
        # The mailbox is proved to be theirs, so its link is too.
        return redirect("consultations:link", token=refusal.booking.link_token)
    response = redirect("consultations:step", number=DONE)
    # The browser that booked need not type the code.
    cookies.remember_browser(response, booking)
    return response


def _draft(key, now):
    return Draft.objects.live(now).filter(pk=key).first() if key else None


def _done(request, key, now):
    """Number and code, for as long as the browser keeps the draft's cookie and no longer."""
    just_made = Booking.objects.filter(booked_at__gt=now - settings.DRAFT_LIFETIME)
    booking = just_made.with_story().filter(draft_key=key).first() if key else None
    if booking is None:
        return _gone(request, None)
    return render(request, "consultations/done.html", {"booking": booking})


def _page(request, number, form, status=200, **context):
    context.update(form=form, number=number, back=number - 1, last=CHECK)
    template = "consultations/time.html" if number == TIME else "consultations/question.html"
    return render(request, template, context, status=status)


def _gone(request, key, status=410):
    """Nothing to see: the answers were sent, wiped, or are older than an hour."""
    if key and Booking.objects.filter(draft_key=key).exists():
        return redirect("consultations:step", number=DONE)
    if key and WaitingEntry.objects.filter(draft_key=key).exists():
        return redirect("consultations:wait_joined")
    return render(request, "consultations/gone.html", status=status)
