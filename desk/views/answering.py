"""The desk for those who answer: the queue, one question, a call, the figures."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Organization
from accounts.roles import is_coordinator
from accounts.services import record_access
from consultations.admin.phone import sent_before
from consultations.admin_forms import ByPhoneForm
from consultations.choices import ForWhom
from consultations.selectors import slot_choices
from consultations.services.drafts import SlotTaken
from desk.choices import (
    QUESTION_STEPS,
    AppointmentStatus,
    AttemptOutcome,
    Channel,
    QuestionStatus,
)
from desk.figures import Figures, as_csv, figures_of, published
from desk.forms import (
    AddressForm,
    AnswerForm,
    BackForm,
    CallForm,
    CannedForm,
    MergeForm,
    NoteForm,
    ReasonForm,
)
from desk.letters import DESK, can_read
from desk.models import Article, CannedText, FirstQuestion, Question, StepNotAllowed
from desk.roles import is_answerer
from desk.selectors import citable_articles, coming_appointments, sign_of, thread_of
from desk.selectors import queue as waiting_questions
from desk.services import answering
from desk.services.appointments import note_attempt, set_address
from desk.services.asking import log_call
from desk.services.converting import convert as convert_question
from history.sentences import lines_of
from interface.numbers import number_in
from interface.several_forms import SeveralForms
from privacy.policies import personal
from schedules.fiscal import fiscal_year_of, year_of
from schedules.hours import JAPAN
from schedules.selectors import load_calendar

# Whoever signs says which text it was; without that it is none.
NEVER = datetime.min.replace(tzinfo=UTC)


def answerers_page(view):
    """For scriveners, social workers and coordinators alone."""

    @personal
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request, **where):
        if not is_answerer(request.user):
            raise Http404
        return view(request, **where)

    return wrapped


def with_question(view):
    @answerers_page
    @wraps(view)
    def wrapped(request, reference):
        question = (
            Question.objects.select_related("organization", "topic", "asker", "claimed_by")
            .filter(reference=reference)
            .first()
        )
        if question is None:
            raise Http404
        return view(request, question)

    return wrapped


@answerers_page
def queue(request):
    """What waits, the most pressing first."""
    now = timezone.now()
    calendar = load_calendar(DESK)
    context = {
        "questions": waiting_questions(timezone.localdate(now, JAPAN)),
        "appointments": coming_appointments(calendar, now),
        "firsts": FirstQuestion.objects.select_related("application", "topic").defer("text"),
        "decides": is_coordinator(request.user),
        "sign": sign_of(calendar, now),
        "now": now,
        "today": timezone.localdate(now, JAPAN),
        "stale": Article.objects.stale(timezone.localdate(now, JAPAN)).count(),
        "drafts": Article.objects.filter(published_at=None, retired_at=None).count(),
    }
    return render(request, "desk/queue.html", context)


@with_question
def answer(request, question):
    """One question with all that answerers know; each button is one act."""
    now = timezone.now()
    draft = question.answers.exclude(status="sent").first()
    appointment = question.appointments.current()
    may_write = question.status == QuestionStatus.CLAIMED
    may_write = may_write and question.claimed_by_id == request.user.pk
    # Each with ids of its own: a label leads to the field beside it.
    shown = {
        "answer": _answer_form(question, draft) if may_write else None,
        "note": NoteForm(auto_id="note_%s"),
        "disagreement": NoteForm(auto_id="disagreement_%s"),
        "back": BackForm(auto_id="back_%s"),
        "reason": ReasonForm(prefecture_code=question.prefecture_code),
        "merge": MergeForm(),
        "address": AddressForm(initial={"join_url": appointment.join_url if appointment else ""}),
    }
    is_conflict = False
    if request.method == "POST":
        try:
            if _acted(request, question, shown, now):
                return redirect("desk:answer", reference=question.reference)
        except (answering.ClaimedByAnother, StepNotAllowed, answering.NewWords) as conflict:
            messages.warning(request, _in_words(conflict))
            if not any(form is not None and form.is_bound for form in shown.values()):
                return redirect("desk:answer", reference=question.reference)
            # What was typed stays on the page.
            question.refresh_from_db()
            is_conflict = True
    else:
        record_access(
            user=request.user, subject=f"desk.Question:{question.pk}", purpose="desk", now=now
        )
    status = question.status
    forms = SeveralForms(*shown.values())
    context = {
        "asked": question,
        "thread": thread_of(question),
        "notes": question.notes.select_related("author"),
        "history": lines_of(question.events.select_related("actor")),
        "draft": draft,
        **shown,
        "form": forms,
        "canned": CannedForm(),
        "has_canned": CannedText.objects.exists(),
        "appointment": appointment,
        "may_claim": status in {QuestionStatus.RECEIVED, QuestionStatus.WAITING},
        "is_own": may_write,
        "last_addition": answering.last_addition(question),
        "is_reachable": can_read(question.asker, question),
        "may_take_back": status == QuestionStatus.IN_REVIEW
        and draft is not None
        and draft.author_id == request.user.pk,
        "next_try": len(appointment.attempts.all()) + 1 if appointment else 0,
        "may_settle": may_write
        and (
            question.channel == Channel.PHONE
            or question.appointments.filter(status=AppointmentStatus.HELD).exists()
        ),
        "may_sign": status == QuestionStatus.IN_REVIEW
        and draft is not None
        and draft.author_id != request.user.pk,
        "may_end": status
        in {QuestionStatus.RECEIVED, QuestionStatus.CLAIMED, QuestionStatus.WAITING},
        "may_convert": QuestionStatus.CONVERTED in QUESTION_STEPS[status],
        "answers": question.answers.sent(),
    }
    status = 409 if is_conflict else 422 if forms.errors else 200
    return render(request, "desk/answer.html", context, status=status)


def _in_words(conflict):
    if isinstance(conflict, answering.ClaimedByAnother):
        who = {"name": conflict.who.get_full_name()}
        return _("%(name)s is answering it. Nothing was done.") % who
    if isinstance(conflict, answering.NewWords):
        return _("The asker has added something. Please read it first; nothing was sent.")
    return _("It has changed in the meantime. Nothing was done.")


@answerers_page
def call(request):
    """Note a call in less than a minute, and answer it at once or later."""
    form = CallForm(
        request.POST or None,
        organizations=Organization.objects.approved().order_by("name"),
        today=timezone.localdate(timezone.now(), JAPAN),
        initial={"form_key": uuid.uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        noted = dict(form.cleaned_data)
        question = log_call(
            topic_id=noted.pop("topic"),
            **noted,
            by=request.user,
            calendar=load_calendar(DESK),
            now=timezone.now(),
        )
        # Somebody else may have taken what was sent twice.
        with suppress(answering.ClaimedByAnother, StepNotAllowed):
            answering.claim(
                question_id=question.pk,
                by=request.user,
                calendar=load_calendar(DESK),
                now=timezone.now(),
            )
        return redirect("desk:answer", reference=question.reference)
    return render(request, "desk/call.html", {"form": form}, status=422 if form.errors else 200)


@with_question
def convert(request, question):
    """Case, booking and interpreter in one act, on the page that books by telephone."""
    now = timezone.now()
    today = timezone.localdate(now, JAPAN)
    topic = request.POST.get("topic", question.topic_id)
    choices = slot_choices(topic=topic, language=get_language(), now=now) if topic else []
    if request.method != "POST":
        initial = {
            "key": uuid.uuid4(),
            "for_whom": ForWhom.OTHER,
            "topic": question.topic_id,
            "reading_language": "",
        }
        form = ByPhoneForm(initial=initial, slot_choices=choices)
        return render(request, "desk/convert.html", {"form": form, "asked": question})
    if sent_before(request):
        return redirect("desk:answer", reference=question.reference)
    form = ByPhoneForm(request.POST, slot_choices=choices, today=today)
    status = 422
    if form.is_valid():
        try:
            booking = convert_question(
                question_id=question.pk,
                answers=form.answers(),
                slot_id=form.cleaned_data["slot"],
                key=form.cleaned_data["key"],
                by=request.user,
                now=now,
            )
        except SlotTaken:
            form.add_error("slot", form.fields["slot"].error_messages["invalid_choice"])
            status = 409
        except StepNotAllowed:
            # A whole form was typed: it stays on the page.
            form.add_error(None, _("It has changed in the meantime. Nothing was done."))
            status = 409
        else:
            text = _("Case %(reference)s is made, with its booking.")
            messages.success(request, text % {"reference": booking.case})
            return redirect("desk:answer", reference=question.reference)
    return render(request, "desk/convert.html", {"form": form, "asked": question}, status=status)


@answerers_page
def figures(request):
    """What was asked in a fiscal year; with `public` without small groups."""
    this_year = fiscal_year_of(timezone.localdate())
    year = year_of(request.GET.get("year", ""), otherwise=this_year)
    is_public = request.GET.get("public") == "1"
    # Twice in a running year, the difference would show what one office asked in between.
    is_running = is_public and year >= this_year
    if is_running:
        found = Figures(year, None, None, ())
    else:
        found = figures_of(year, calendar=load_calendar(DESK))
        found = published(found) if is_public else found
    if request.GET.get("format") == "csv":
        name = f"desk-{year}{'-public' if is_public else ''}.csv"
        return HttpResponse(
            as_csv(found),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    context = {
        "figures": found,
        "is_running": is_running,
        "is_public": is_public,
        "earlier": year - 1,
        "later": year + 1,
    }
    return render(request, "desk/figures.html", context)


def _answer_form(question, draft, data=None, initial=None):
    citable = citable_articles(question)
    if initial is None:
        initial = _written(question, draft) | {"articles": _chosen(question)}
    return AnswerForm(data, initial=initial, citable=citable)


def _chosen(question):
    return [article.pk for article in question.articles.published()]


def _written(question, draft):
    initial = {"needs_second": question.needs_second}
    if draft is not None:
        names = ("text", "sources", "correct_as_of", "review_by")
        initial |= {name: getattr(draft, name) for name in names}
    return initial


def _acted(request, question, shown, now):
    """Do what the pressed button says; False when something typed is not right yet."""
    who = {"question_id": question.pk, "by": request.user, "now": now}
    calendar = load_calendar(DESK)
    act = request.POST.get("act", "")
    if act == "claim":
        answering.claim(**who, calendar=calendar)
    elif act == "release":
        answering.release(**who)
    elif act == "insert":
        shown["answer"] = _with_canned(request, question)
        return False
    elif act in {"save", "send", "second"}:
        return _wrote(request, question, shown, who, act)
    elif act == "sign":
        _signed(request, who)
    elif act == "take_back":
        answering.take_back(**who, calendar=calendar)
    elif act == "send_back":
        form = shown["disagreement"] = NoteForm(request.POST, auto_id="disagreement_%s")
        if not form.is_valid():
            return False
        try:
            answering.send_back(**who, note=form.cleaned_data["text"], calendar=calendar)
        except answering.OwnAnswer:
            raise StepNotAllowed("own answer") from None
    elif act == "note":
        form = shown["note"] = NoteForm(request.POST, auto_id="note_%s")
        if not form.is_valid():
            return False
        answering.add_note(**who, text=form.cleaned_data["text"])
    elif act == "back":
        form = shown["back"] = BackForm(request.POST, auto_id="back_%s")
        if not form.is_valid():
            return False
        answering.ask_back(**who, text=form.cleaned_data["text"], seen=_seen(request))
    elif act == "refuse":
        form = shown["reason"] = ReasonForm(request.POST, prefecture_code=question.prefecture_code)
        if not form.is_valid():
            return False
        better = form.cleaned_data["center"]
        answering.refuse(**who, reason=form.cleaned_data["reason"], better_center=better)
    elif act in {"attempt", "address"}:
        return _talked(request, question, shown, act, now)
    elif act == "merge":
        form = shown["merge"] = MergeForm(request.POST)
        if not form.is_valid():
            return False
        _merged(request, who, form.cleaned_data["into"])
    elif act == "settle":
        answering.settle_by_talk(**who, seen=_seen(request))
        messages.success(request, _("It is answered by the talk."))
    return True


def _wrote(request, question, shown, who, act):
    form = shown["answer"] = _answer_form(question, None, request.POST)
    if not form.is_valid():
        return False
    answering.write_answer(**who, **form.cleaned_data)
    try:
        if act == "send":
            answering.send_answer(**who, seen=_seen(request))
            _say_who_is_told(request, question)
        elif act == "second":
            answering.ask_second(**who, seen=_seen(request))
            messages.success(request, _("A second professional can sign it now."))
        else:
            messages.success(request, _("Saved. Nobody outside the desk sees it."))
    except answering.NeedsSecond:
        form.add_error(
            "needs_second", _("A second professional signs first: press “let a second one look”.")
        )
        return False
    except answering.NotComplete:
        form.add_error("correct_as_of", _("As of which day is this right?"))
        return False
    return True


def _with_canned(request, question):
    """The form as it was typed, with the chosen text below; nothing is saved yet."""
    chosen = CannedForm(request.POST)
    typed = request.POST.copy()
    if chosen.is_valid() and chosen.cleaned_data["canned"]:
        parts = [typed.get("text", "").rstrip(), chosen.cleaned_data["canned"].text]
        typed["text"] = "\n\n".join(part for part in parts if part)
    initial = {name: typed.get(name) for name in AnswerForm.base_fields if name in typed}
    return _answer_form(question, None, initial=initial | {"articles": typed.getlist("articles")})


def _talked(request, question, shown, act, now):
    """What became of a call, or where the meeting is."""
    number = request.POST.get("appointment", "")
    appointment = next(
        (each for each in question.appointments.planned() if str(each.pk) == number), None
    )
    if appointment is None:
        raise StepNotAllowed("no appointment")
    who = {"appointment_id": appointment.pk, "by": request.user, "now": now}
    if act == "attempt":
        outcome = request.POST.get("outcome", "")
        if outcome not in AttemptOutcome.values:
            return True
        number = number_in(request.POST.get("number", ""), otherwise=0)
        noted = note_attempt(**who, number=number, outcome=outcome)
        if noted.status == AppointmentStatus.NOT_REACHED:
            messages.success(request, _("That was the third try. The asker is written to."))
        else:
            messages.success(request, _("Noted."))
        return True
    form = shown["address"] = AddressForm(request.POST)
    if not form.is_valid():
        return False
    set_address(**who, join_url=form.cleaned_data["join_url"])
    return True


def _seen(request):
    """The last addition that stood on the page; without one: none."""
    return number_in(request.POST.get("seen", ""), otherwise=0)


def _saved_at(request):
    """Which text stood above the button."""
    try:
        return parse_datetime(request.POST.get("saved_at", "")) or NEVER
    except ValueError:
        # It looks like a moment, and there is no such day.
        return NEVER


def _say_who_is_told(request, question):
    if can_read(question.asker, question):
        messages.success(request, _("The answer is sent. The asker is told."))
    else:
        messages.warning(
            request, _("The answer stands on the page, and nobody is written to: please call.")
        )


def _signed(request, who):
    try:
        answering.co_sign(**who, saved_at=_saved_at(request), seen=_seen(request))
        messages.success(request, _("Signed and sent."))
    except answering.OwnAnswer:
        messages.warning(request, _("Somebody else than the author signs."))


def _merged(request, who, into):
    try:
        answering.merge(**who, into_reference=into)
    except Question.DoesNotExist:
        messages.warning(request, _("This organization has no question with that number."))
