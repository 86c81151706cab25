from django.urls import path

from languages import views

app_name = "languages"
urlpatterns = [
    path("languages/", views.language_page, name="language_page"),
    path("language/<code>/", views.language_switch, name="switch"),
    path("readings/<state>/", views.readings_switch, name="readings"),
]
