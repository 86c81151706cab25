from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from interface import views


@csrf_exempt
def echo(request):
    return JsonResponse(
        {
            "asked": dict(request.GET.lists()),
            "answered": dict(request.POST.lists()),
            "session": request.session.session_key,
        }
    )


def fail(request):
    raise RuntimeError("something broke")


urlpatterns = [
    path("echo/", echo),
    path("fail/", fail),
    path("guarded/", lambda request: HttpResponse("done")),
]
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
