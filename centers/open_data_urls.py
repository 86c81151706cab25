from django.urls import path

from centers.views import data

app_name = "open_data"

# Data have no language, so their addresses have none either.
urlpatterns = [
    path("open-data/centers.json", data.centers_json, name="centers_json"),
    path("open-data/centers.csv", data.centers_csv, name="centers_csv"),
    path("open-data/hsds/", data.hsds_index, name="hsds_index"),
    path("open-data/hsds/<slug:name>.json", data.hsds_table, name="hsds_table"),
]
