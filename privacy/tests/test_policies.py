from django.http import HttpResponse
from django.test import RequestFactory

from privacy.policies import personal


def test_a_personal_page_is_not_stored_not_indexed_and_may_lead_out_to_one_place(settings):
    settings.LEAVE_TO = "https://weather.example/tokyo/"

    @personal
    def page(request):
        return HttpResponse("something of a person")

    response = page(RequestFactory().get("/"))

    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response._csp_update == {"form-action": ["'self'", "https://weather.example"]}
