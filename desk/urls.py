from django.urls import path

from desk.views import answering, appointments, articles, asking, joining
from languages.staff import staff_page

app_name = "desk"

PAGES = [
    ("desk/", asking.home, "home"),
    ("desk/ask/", asking.ask, "ask"),
    ("desk/join/", joining.join, "join"),
    ("desk/months/<str:month>/", asking.digest, "digest"),
    ("desk/articles/", asking.articles, "articles"),
    ("desk/articles/<int:pk>/", asking.article, "article"),
    ("desk/q/<str:reference>/", asking.question, "question"),
    ("desk/q/<str:reference>/talk/", appointments.appointment, "appointment"),
    ("desk/q/<str:reference>/talk.ics", appointments.appointment_ics, "appointment_ics"),
    ("desk/queue/", answering.queue, "queue"),
    ("desk/queue/call/", answering.call, "call"),
    ("desk/queue/figures/", answering.figures, "figures"),
    ("desk/queue/drafts/", articles.drafts, "drafts"),
    ("desk/queue/articles/<int:pk>/", articles.keep_article, "keep_article"),
    ("desk/queue/<str:reference>/", answering.answer, "answer"),
    ("desk/queue/<str:reference>/convert/", answering.convert, "convert"),
    ("desk/queue/<str:reference>/article/", articles.write_article, "write_article"),
]

urlpatterns = [
    # For calendar programs, the same whoever asks.
    path("desk/hours.ics", asking.hours, name="hours"),
    *(path(route, staff_page(view), name=name) for route, view, name in PAGES),
]
