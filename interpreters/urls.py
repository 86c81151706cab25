from django.urls import path

from interpreters.views import interpreter, own, requester

app_name = "interpreters"

urlpatterns = [
    path("interpreters/", requester.requests, name="requests"),
    path("interpreters/new/", requester.new, name="new"),
    path("interpreters/me/", own.me, name="me"),
    path("interpreters/workshops/", own.workshops, name="workshops"),
    path("interpreters/<str:reference>/", requester.request_page, name="request"),
    path("f/<str:token>/", own.feed, name="feed"),
    path("o/<str:token>/", interpreter.offer, name="offer"),
    path("a/<str:token>/", interpreter.assignment, name="assignment"),
]
