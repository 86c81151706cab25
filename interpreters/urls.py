from django.urls import path

from interpreters.views import interpreter, own, requester
from languages.staff import staff_page

app_name = "interpreters"

urlpatterns = [
    path("interpreters/", staff_page(requester.requests), name="requests"),
    path("interpreters/new/", staff_page(requester.new), name="new"),
    path("interpreters/me/", own.me, name="me"),
    path("interpreters/workshops/", own.workshops, name="workshops"),
    path("interpreters/<str:reference>/", staff_page(requester.request_page), name="request"),
    path("f/<str:token>/", own.feed, name="feed"),
    path("o/<str:token>/", interpreter.offer, name="offer"),
    path("a/<str:token>/", interpreter.assignment, name="assignment"),
]
