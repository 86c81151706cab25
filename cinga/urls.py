from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from cinga import health, home
from interface import views as interface_views

urlpatterns = [
    path("", home.root, name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("", include("languages.urls")),
    path("", include("privacy.urls")),
    path("", include("centers.open_data_urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]
urlpatterns += i18n_patterns(
    path("", home.home, name="home"),
    path("", include("consultations.urls")),
    path("", include("centers.urls")),
    path("", include("interpreters.urls")),
    path("", include("desk.urls")),
)

handler400 = interface_views.bad_request
handler403 = interface_views.forbidden
handler404 = interface_views.not_found
# The sign-in library asks for it.
handler429 = "accounts.views.too_many_requests"
handler500 = interface_views.server_error
