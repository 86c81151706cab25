from django.urls import path

from centers import views

app_name = "open_data"

# Data have no language, so their addresses have none either.
urlpatterns = [
    path("open-data/centers.json", views.centers_json, name="centers_json"),
    path("open-data/centers.csv", views.centers_csv, name="centers_csv"),
]
