from django.urls import path

from consultations.views import attendance, call_me, emergency, joining, link, proof, public, steps

app_name = "consultations"
urlpatterns = [
    path("consultations/", public.days, name="days"),
    path("consultations/book/", public.book, name="book"),
    path("b/<int:number>/", steps.step, name="step"),
    path("b/proof/", proof.proof, name="proof"),
    path("call/", call_me.call_me, name="call_me"),
    path("call/asked/", call_me.asked, name="call_asked"),
    path("danger/", emergency.danger, name="danger"),
    path("l/", link.find, name="link_find"),
    path("l/<str:token>/", link.show, name="link"),
    path("l/<str:token>/show/", link.reveal, name="link_reveal"),
    path("l/<str:token>/hide/", link.hide, name="link_hide"),
    path("l/<str:token>/coming/", attendance.coming, name="link_coming"),
    path("l/<str:token>/time/", link.move, name="link_move"),
    path("l/<str:token>/cancel/", link.cancel, name="link_cancel"),
    path("l/<str:token>/calendar/", link.calendar, name="link_calendar"),
    path("l/<str:token>/join/", joining.join, name="link_join"),
    path("l/<str:token>/call-me/", joining.call_me, name="link_call_me"),
]
