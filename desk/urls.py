from django.urls import path

from desk.views import answering, appointments, asking, joining

app_name = "desk"

urlpatterns = [
    path("desk/", asking.home, name="home"),
    path("desk/ask/", asking.ask, name="ask"),
    path("desk/join/", joining.join, name="join"),
    path("desk/months/<str:month>/", asking.digest, name="digest"),
    path("desk/hours.ics", asking.hours, name="hours"),
    path("desk/articles/", asking.articles, name="articles"),
    path("desk/articles/<int:pk>/", asking.article, name="article"),
    path("desk/q/<str:reference>/", asking.question, name="question"),
    path("desk/q/<str:reference>/talk/", appointments.appointment, name="appointment"),
    path("desk/q/<str:reference>/talk.ics", appointments.appointment_ics, name="appointment_ics"),
    path("desk/queue/", answering.queue, name="queue"),
    path("desk/queue/call/", answering.call, name="call"),
    path("desk/queue/figures/", answering.figures, name="figures"),
    path("desk/queue/drafts/", answering.drafts, name="drafts"),
    path("desk/queue/<str:reference>/", answering.answer, name="answer"),
    path("desk/queue/<str:reference>/convert/", answering.convert, name="convert"),
    path("desk/queue/<str:reference>/article/", answering.article, name="write_article"),
]
