"""Articles, for those who answer: written, published, kept right, and whom they answered."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import record_access
from desk.forms import ArticleForm, RevisionForm
from desk.models import Article, StepNotAllowed
from desk.services.knowledge import (
    OwnArticle,
    draft_from_answer,
    publish,
    renew,
    retire,
    revise,
    tell_of_change,
)
from desk.views.answering import answerers_page, with_question
from interface.numbers import number_in
from schedules.hours import JAPAN

OF_AN_ARTICLE = ("title", "text", "sources", "correct_as_of", "review_by", "version")


@with_question
def write_article(request, question):
    """Write an article of what was answered; somebody else publishes it."""
    sent = question.answers.sent().last()
    if sent is None or sent.author_id == request.user.pk:
        messages.warning(request, _("Another person than the author of the answer writes it."))
        return redirect("desk:answer", reference=question.reference)
    now = timezone.now()
    record_access(
        user=request.user, subject=f"desk.Question:{question.pk}", purpose="desk", now=now
    )
    form = ArticleForm(request.POST or None, initial={"text": sent.text})
    if request.method == "POST" and form.is_valid():
        draft_from_answer(answer_id=sent.pk, by=request.user, today=_today(), **form.cleaned_data)
        return redirect("desk:drafts")
    context = {"form": form, "asked": question, "sent": sent}
    return render(request, "desk/write_article.html", context, status=422 if form.errors else 200)


@answerers_page
def drafts(request):
    """What is to be published, and what has grown old."""
    written = Article.objects.filter(published_at=None, retired_at=None)
    context = {
        "drafts": written.select_related("author", "topic"),
        "stale": Article.objects.stale(_today()).select_related("topic"),
    }
    return render(request, "desk/drafts.html", context)


@answerers_page
def keep_article(request, pk):
    """One article: whom it answered, and every act on it."""
    article = Article.objects.select_related("topic", "author").filter(pk=pk).first()
    if article is None:
        raise Http404
    form = RevisionForm(
        request.POST if request.POST.get("act") == "revise" else None,
        initial={name: getattr(article, name) for name in OF_AN_ARTICLE},
    )
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        _act(request, article, form)
        return redirect("desk:keep_article", pk=pk)
    context = {
        "article": article,
        "form": form,
        "is_published": article.published_at is not None and article.retired_at is None,
        "is_stale": article.is_stale(_today()),
        "may_publish": article.published_at is None
        and article.retired_at is None
        and article.author_id != request.user.pk,
        "answered": article.questions.select_related("organization", "asker")
        .defer("text")
        .order_by("-asked_at", "-pk"),
    }
    return render(request, "desk/keep_article.html", context, status=422 if form.errors else 200)


def _act(request, article, form):
    now = timezone.now()
    which, act = {"article_id": article.pk}, request.POST.get("act", "")
    try:
        if act == "publish":
            publish(**which, version=_version(request), by=request.user, now=now)
            messages.success(request, _("The article is published."))
        elif act == "renew":
            renew(**which, version=_version(request), today=_today())
            messages.success(request, _("It is right as of today."))
        elif act == "retire":
            retire(**which, now=now)
            messages.success(request, _("The article is withdrawn."))
        elif act == "tell":
            count = tell_of_change(**which, now=now)
            messages.success(request, _("%(count)d askers are told.") % {"count": count})
        elif act == "revise":
            revise(**which, by=request.user, **form.cleaned_data)
            messages.success(request, _("It is written anew. Another person publishes it."))
    except OwnArticle:
        messages.warning(request, _("Somebody else than the author publishes it."))
    except StepNotAllowed:
        messages.warning(request, _("It has changed in the meantime. Nothing was done."))


def _version(request):
    """Which text the button stood below; none at all is no version."""
    return number_in(request.POST.get("version", ""), otherwise=-1)


def _today():
    return timezone.localdate(timezone.now(), JAPAN)
