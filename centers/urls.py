from django.urls import path

from centers.views import corrections, directory

app_name = "centers"

urlpatterns = [
    path("centers/", directory.center_list, name="center_list"),
    path("centers/print/<str:code>/", directory.center_print, name="center_print"),
    path("centers/caravan/", directory.caravan, name="caravan"),
    path("centers/corrected/", corrections.corrected, name="corrected"),
    path("centers/<uuid:pk>/", directory.center_detail, name="center_detail"),
    path("centers/<uuid:pk>/correct/", corrections.correct, name="correct"),
    # The capability link of a center: whoever holds it speaks for the center.
    path("c/<str:token>/", corrections.ask, name="ask"),
    path("c/<str:token>/yes/", corrections.confirm, name="confirm"),
    path("c/<str:token>/fix/", corrections.fix, name="fix"),
]
