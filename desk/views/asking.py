"""The desk for those who ask: what it is, whether it is open, questions and articles."""

import re
import uuid
from contextlib import suppress
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership, Organization
from desk.calendars import feed_of
from desk.choices import OPEN, QuestionStatus, Wish
from desk.digest import digest_of, last_month
from desk.forms import FollowUpForm, QuestionForm
from desk.letters import DESK
from desk.models import Article, NoDigest, QuestionDraft, StepNotAllowed
from desk.roles import is_answerer, reads_articles
from desk.selectors import (
    MOST_SHOWN,
    articles_found,
    own_questions,
    sign_of,
    similar_articles,
    thread_of,
)
from desk.services.appointments import MAY_TALK
from desk.services.asking import (
    NotAMember,
    WaitsForApproval,
    ask_question,
    close_question,
    follow_up,
)
from desk.services.keeping import choose_digest, discard_draft, keep_draft
from interface.caching import public
from privacy.policies import personal
from schedules.hours import JAPAN
from schedules.selectors import load_calendar, remembered_calendar
from schedules.sentences import hours_sentence

READ_OR_ACT = ["GET", "HEAD", "POST"]
# A link to a meeting is worth something only when it begins.
JOINS_BEFORE = timedelta(minutes=15)
MONTH = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])", re.ASCII)


@personal
@require_safe
def home(request):
    """What the desk is, whether it is open; for members their questions."""
    now = timezone.now()
    calendar = remembered_calendar(DESK)
    context = {
        "sign": sign_of(calendar, now),
        "hours": hours_sentence(calendar, timezone.localdate(now, JAPAN), get_language()),
        "is_answerer": is_answerer(request.user),
    }
    if request.user.is_authenticated:
        context["is_member"] = _memberships(request.user).exists()
        context["draft"] = QuestionDraft.objects.filter(user=request.user).first()
        context["last_month"] = f"{last_month(timezone.localdate(now, JAPAN)):%Y-%m}"
        context["may_read"] = reads_articles(request.user)
        context["questions"] = own_questions(request.user)[:MOST_SHOWN]
    return render(request, "desk/home.html", context)


@personal
@login_required
@require_http_methods(READ_OR_ACT)
def ask(request):
    """Write, see what was answered before, send. What was typed is never lost."""
    memberships = list(_memberships(request.user))
    if not memberships:
        return redirect("desk:home")
    now = timezone.now()
    today = timezone.localdate(now, JAPAN)
    if "discard" in request.POST:
        discard_draft(user=request.user)
        return redirect("desk:ask")
    if "keep" in request.POST:
        keep_draft(user=request.user, answers=request.POST.dict(), now=now)
        messages.success(request, _("Your question is kept. You can go on later."))
        return redirect("desk:home")
    draft = QuestionDraft.objects.filter(user=request.user).first()
    form = QuestionForm(
        request.POST or None,
        memberships=memberships,
        today=today,
        initial={"form_key": uuid.uuid4()} | (draft.answers if draft else {}),
    )
    context = {"form": form, "similar": [], "is_checked": False, "draft": draft}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answers = dict(form.cleaned_data)
            similar = _similar(request.user, answers)
            if similar and "send" not in request.POST:
                context |= {"similar": similar, "is_checked": True}
                return render(request, "desk/ask.html", context)
            organization = Organization.objects.get(pk=answers.pop("organization"))
            try:
                question = ask_question(
                    organization=organization,
                    asker=request.user,
                    topic_id=answers.pop("topic"),
                    calendar=load_calendar(DESK),
                    now=now,
                    **answers,
                )
            except NotAMember:
                return redirect("desk:home")
            except WaitsForApproval:
                form.add_error(
                    None,
                    _("A coordinator approves your organization first. Then you can ask more."),
                )
            else:
                discard_draft(user=request.user)
                return _after_asking(question)
    return render(request, "desk/ask.html", context, status=status)


def _similar(user, answers):
    """Only for whoever may read them."""
    if not reads_articles(user):
        return []
    return similar_articles(topic_id=answers["topic"], text=answers["text"])


def _after_asking(question):
    """Who wants to talk chooses the time next."""
    page = "desk:question" if question.wish == Wish.WRITTEN else "desk:appointment"
    return redirect(page, reference=question.reference)


@personal
@login_required
@require_http_methods(READ_OR_ACT)
def question(request, reference):
    """The thread of one question: what was asked, added and answered."""
    asked = own_questions(request.user).defer(None).filter(reference=reference).first()
    if asked is None:
        raise Http404
    if is_answerer(request.user) and asked.asker_id != request.user.pk:
        return redirect("desk:answer", reference=reference)
    now = timezone.now()
    form = FollowUpForm(request.POST if "text" in request.POST else None)
    if request.POST.get("act") == "close":
        with suppress(StepNotAllowed):
            close_question(question_id=asked.pk, by=request.user, now=now)
        return redirect("desk:question", reference=reference)
    if form.is_bound and form.is_valid():
        try:
            follow_up(
                question_id=asked.pk,
                asker=request.user,
                text=form.cleaned_data["text"],
                now=now,
            )
        except StepNotAllowed:
            # What was typed stays on the page.
            form.add_error(None, _("This question is over. Please ask a new one."))
        else:
            return redirect("desk:question", reference=reference)
    thread = thread_of(asked)
    is_answered = any(entry.what == "answered" for entry in thread)
    context = {
        "asked": asked,
        "thread": thread,
        "form": form,
        "may_add": asked.status in {*OPEN, QuestionStatus.ANSWERED, QuestionStatus.CLOSED},
        "may_close": asked.status == QuestionStatus.ANSWERED,
        "may_plan": asked.status in MAY_TALK,
        "appointment": asked.appointments.current(),
        "read_as_well": (asked.merged_into or asked).articles.published().only("title")
        if is_answered and reads_articles(request.user)
        else [],
        "opens_at": now + JOINS_BEFORE,
        "now": now,
    }
    return render(request, "desk/question.html", context, status=422 if form.errors else 200)


@personal
@login_required
@require_safe
def articles(request):
    """What was answered before, for members of approved organizations and answerers."""
    if not reads_articles(request.user):
        return redirect("desk:home")
    text = request.GET.get("q", "")[:60]
    context = {
        "articles": articles_found(text),
        "q": text,
        "today": timezone.localdate(),
    }
    return render(request, "desk/articles.html", context)


@personal
@login_required
@require_safe
def article(request, pk):
    if not reads_articles(request.user):
        return redirect("desk:home")
    found = Article.objects.published().select_related("topic").filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "article": found,
        "is_stale": found.is_stale(timezone.localdate()),
        "is_answerer": is_answerer(request.user),
    }
    return render(request, "desk/article.html", context)


@personal
@login_required
@require_http_methods(READ_OR_ACT)
def digest(request, month):
    """What was asked in a month; whether its letter comes."""
    if not reads_articles(request.user):
        return redirect("desk:home")
    first = _month(month)
    now = timezone.now()
    # A month that goes on would tell who asks again and again how many others there are.
    if first is None or first > last_month(timezone.localdate(now, JAPAN)):
        raise Http404
    if request.method == "POST":
        is_wanted = request.POST.get("act") == "want"
        choose_digest(user=request.user, is_wanted=is_wanted, now=now)
        return redirect("desk:digest", month=month)
    context = {
        "digest": digest_of(first),
        "is_wanted": not NoDigest.objects.filter(user=request.user).exists(),
        "earlier": f"{last_month(first):%Y-%m}",
    }
    return render(request, "desk/digest.html", context)


@public
@require_safe
def hours(request):
    """The coming openings as a calendar file."""
    return HttpResponse(
        feed_of(load_calendar(DESK), now=timezone.now()), content_type="text/calendar"
    )


def _month(text):
    if not MONTH.fullmatch(text):
        return None
    return date.fromisoformat(f"{text}-01")


def _memberships(user):
    return Membership.objects.filter(user=user).select_related("organization")
