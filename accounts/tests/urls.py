"""The pages of this app and the admin, without the apps above."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path

from accounts.views import admin_login


def page(request):
    return HttpResponse(f"signed in: {request.user.is_authenticated}")


@login_not_required
def public_page(request):
    return HttpResponse("for everybody")


handler429 = "accounts.views.too_many_requests"
urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("", include("languages.urls")),
    path("page/", page),
    path("public/", public_page),
]
