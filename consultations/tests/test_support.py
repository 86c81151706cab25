"""A supporter books for a client: from the desk to the client's phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganizationFactory, UserFactory
from consultations import handover
from consultations.choices import BookingSource, ConsentGiven, ForWhom
from consultations.cookies import DRAFT
from consultations.models import Booking, Draft
from consultations.steps import CHECK, DONE, TIME, TOPIC, WHOM
from consultations.tests.factories import NOW, BookingFactory, SlotFactory
from consultations.tests.flows import CONSENT, TYPED, Visitor
from privacy.fields import encrypt

PAGE = "consultations/for-a-client/"
PHONE_PAGE = "b/phone/"
ORALLY = CONSENT | {"consent_given": "oral"}
QUESTIONS = [number for number in TYPED if number != WHOM]

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def slot():
    return SlotFactory()


def approved(**changes):
    return OrganizationFactory(approved_at=NOW, approved_by=UserFactory(), **changes)


def clerk_of(organization, language="ja"):
    membership = MembershipFactory(organization=organization)
    clerk = Visitor(language)
    clerk.client.force_login(membership.user)
    clerk.user, clerk.organization = membership.user, organization
    return clerk


@pytest.fixture
def clerk(reference_data):
    return clerk_of(approved(name="Tree Town Association"))


def start(clerk, **changes):
    typed = {"organization": clerk.organization.pk, "client_language": "ne"} | changes
    response = clerk.post(PAGE, typed)
    assert response["Location"] == clerk.page(TOPIC), response.context["form"].errors
    return clerk


def ready_to_send(clerk, slot, **changes):
    return start(clerk, **changes).answer(*QUESTIONS, reading_language="ne").choose(slot)


def phone_of(clerk):
    """The client's phone, after its camera has seen the picture."""
    phone = Visitor("ne")
    sealed = handover.seal(clerk.client.cookies[DRAFT].value, now=timezone.now())
    phone.post(f"{PHONE_PAGE}{sealed}/")
    return phone


# WHO MAY


def test_who_is_not_signed_in_signs_in_first():
    response = Visitor("en").get(PAGE)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next=/en/{PAGE}"


@pytest.mark.parametrize("of_an_organization", [False, True])
def test_others_read_how_to_be_approved(of_an_organization):
    visitor = Visitor("en")
    user = UserFactory()
    if of_an_organization:
        MembershipFactory(user=user)
    visitor.client.force_login(user)

    for response in (visitor.get(PAGE), visitor.post(PAGE, {"client_language": "ne"})):
        assert response.status_code == 200
        assert "support_not_approved.html" in response.templates[0].name
        assert "/en/consultations/book/" in response.text
    assert not Draft.objects.exists()


def test_nobody_books_in_the_name_of_another_organization(clerk):
    other = approved()

    response = clerk.post(PAGE, {"organization": other.pk, "client_language": "ne"})

    assert response.status_code == 422
    assert not Draft.objects.exists()


def test_what_is_missing_is_said(clerk):
    response = clerk.post(PAGE, {"organization": clerk.organization.pk})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["client_language"]


def test_members_of_several_organizations_choose_one(clerk):
    other = approved()
    MembershipFactory(user=clerk.user, organization=other)

    form = clerk.get(PAGE).context["form"]

    assert {name for _pk, name in form.fields["organization"].choices} == {
        clerk.organization.name,
        other.name,
    }
    assert not form["organization"].is_hidden


# THE WAY


def test_the_draft_knows_for_whom_and_by_whom(clerk):
    start(clerk, attends_at_organization="on")

    assert Draft.objects.get().answers == {
        "supporter": clerk.user.pk,
        "organization": clerk.organization.pk,
        "attends_at_organization": True,
        "for_whom": "other",
        "reading_language": "ne",
        "client_language": "ne",
        "desk_language": "ja",
    }
    assert Draft.objects.get().network == ""


def test_the_booking_carries_the_organization_and_how_the_client_agreed(clerk, slot):
    ready_to_send(clerk, slot, attends_at_organization="on")

    response = clerk.send(CHECK, ORALLY)

    assert response["Location"] == clerk.page(DONE)
    booking = Booking.objects.get()
    assert (booking.source, booking.organization, booking.booked_by) == (
        BookingSource.ORGANIZATION,
        clerk.organization,
        clerk.user,
    )
    assert (booking.for_whom, booking.consent_given, booking.attends_at_organization) == (
        ForWhom.OTHER,
        ConsentGiven.ORAL,
        True,
    )


@pytest.mark.parametrize("given", [None, "", "self", "read_out"])
def test_without_the_clients_consent_nothing_is_booked(clerk, slot, given):
    ready_to_send(clerk, slot)

    response = clerk.send(CHECK, CONSENT | ({} if given is None else {"consent_given": given}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["consent_given"]
    assert not Booking.objects.exists()


def test_one_link_leads_to_the_clients_language_and_back_with_every_answer(clerk):
    start(clerk).answer(TOPIC)
    before = Draft.objects.get().answers

    there = clerk.see(TOPIC)
    back = clerk.client.get(f"/language/ne/?next={clerk.page(TOPIC)}", follow=True)

    bar = 'href="/language/{}/?next=%2F{}%2Fb%2F{}%2F" lang='
    assert bar.format("ne", "ja", TOPIC) in there.text
    assert back.redirect_chain[-1][0] == f"/ne/b/{TOPIC}/"
    assert bar.format("ja", "ne", TOPIC) in back.text
    assert back.context["form"]["topic"].value() == "work"
    assert Draft.objects.get().answers == before


def test_the_bar_stands_also_beside_an_error(clerk, slot):
    ready_to_send(clerk, slot)

    for response in (clerk.send(TOPIC, {}), clerk.send(CHECK, {})):
        assert response.status_code == 422
        assert clerk.organization.name in response.text


def test_an_ordinary_booking_has_no_bar_and_costs_no_query(django_assert_num_queries):
    visitor = Visitor("en").begin()
    visitor.see(WHOM)

    with django_assert_num_queries(1):  # the draft
        response = visitor.see(WHOM)

    assert "support-bar" not in response.text


def test_a_clients_booking_stays_one(clerk):
    start(clerk)

    assert clerk.send(WHOM, TYPED[WHOM])["Location"] == clerk.page(TOPIC)
    assert Draft.objects.get().answers["for_whom"] == "other"


# ON THE CLIENT'S PHONE


def test_the_picture_hands_the_draft_to_the_phone(clerk):
    start(clerk).answer(TOPIC)
    response = clerk.get(PHONE_PAGE)
    assert 'class="qr"' in response.text
    phone = phone_of(clerk)

    page = phone.see(TOPIC)

    assert page.context["form"]["topic"].value() == "work"
    assert phone.draft_key == clerk.draft_key
    assert clerk.organization.name in page.text
    # Neither the language link nor the picture: nobody is signed in here.
    assert "/language/ja/?next" not in page.text.partition("<main")[0].partition("support-bar")[2]
    assert phone.get(PHONE_PAGE).status_code == 404


def test_looking_at_the_handed_page_opens_nothing(clerk):
    start(clerk)
    phone = Visitor("ne")
    sealed = handover.seal(clerk.client.cookies[DRAFT].value, now=timezone.now())

    response = phone.get(f"{PHONE_PAGE}{sealed}/")

    assert response.status_code == 200
    assert DRAFT not in phone.client.cookies
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_picture_that_is_too_old_opens_nothing(clerk, method):
    start(clerk)
    phone = Visitor("ne")
    too_old = timezone.now() - handover.LASTS
    sealed = handover.seal(clerk.client.cookies[DRAFT].value, now=too_old)

    response = getattr(phone, method)(f"{PHONE_PAGE}{sealed}/")

    assert response.status_code == 410
    assert DRAFT not in phone.client.cookies


@pytest.mark.parametrize(
    "sealed",
    ["x", "gAAAAA", encrypt("another purpose"), encrypt("other 99999999999 token")],
    # What is sealed differs each time, and the workers of a run must agree on the names.
    ids=["short", "cut", "shapeless", "another kind"],
)
def test_what_we_did_not_seal_opens_nothing(sealed):
    assert Visitor("ne").post(f"{PHONE_PAGE}{sealed}/").status_code == 410


def test_a_picture_lasts_ten_minutes_and_no_longer():
    sealed = handover.seal("token", now=NOW)

    assert handover.unseal(sealed, now=NOW + timedelta(minutes=9, seconds=59)) == "token"
    assert handover.unseal(sealed, now=NOW + timedelta(minutes=10)) is None


def test_the_client_may_send_and_speaks_alone(clerk, slot):
    ready_to_send(clerk, slot)
    phone = phone_of(clerk)

    assert phone.send(CHECK, CONSENT | {"consent_given": "oral"}).status_code == 422
    phone.send(CHECK, CONSENT | {"consent_given": "self"})

    booking = Booking.objects.get()
    assert (booking.consent_given, booking.organization) == ("self", clerk.organization)
    # The phone is the client's own: it need not type the code.
    assert phone.get(phone.link(booking)).context["form"] is None


# AFTERWARDS


def test_the_last_page_gives_the_client_a_picture_and_a_paper(clerk, slot):
    ready_to_send(clerk, slot)
    clerk.send(CHECK, ORALLY)
    booking = Booking.objects.with_story().get()

    done, slip = clerk.see(DONE), clerk.client.get("/ne/b/slip/")

    assert 'class="qr"' in done.text
    assert "/ne/b/slip/" in done.text
    # These ask for the code in a browser that is not the client's.
    for act in ("show", "letter"):
        assert f"/{act}/" not in done.text
    for word in (str(booking.case), booking.link_code, 'lang="ja"', 'lang="ne"'):
        assert word in slip.text
    assert slip["Cache-Control"] == "no-store, private"


def test_a_paper_in_japanese_is_one_page(clerk, slot):
    ready_to_send(clerk, slot, client_language="ja")
    Draft.objects.get().put({"reading_language": "ja"}, Draft.objects.get().expires_at)
    clerk.send(CHECK, ORALLY)

    slip = clerk.client.get("/ja/b/slip/")

    assert [language.code for language in slip.context["languages"]] == ["ja"]


def test_the_desks_browser_must_give_the_code_like_any_other(clerk, slot):
    ready_to_send(clerk, slot)
    clerk.send(CHECK, ORALLY)
    booking = Booking.objects.get()

    assert clerk.get(clerk.link(booking)).context["form"] is not None


def test_the_paper_is_for_the_supporter_alone(clerk, slot):
    ready_to_send(clerk, slot)
    clerk.send(CHECK, ORALLY)
    colleague = clerk_of(clerk.organization)
    colleague.client.cookies[DRAFT] = clerk.client.cookies[DRAFT].value

    assert colleague.get("b/slip/").status_code == 404
    assert Visitor("ja").get("b/slip/").status_code == 404


def test_an_ordinary_booking_gets_no_picture(slot):
    visitor = Visitor("vi")
    visitor.book(slot)

    assert 'class="qr"' not in visitor.see(DONE).text
    assert visitor.get("b/slip/").status_code == 404


def test_a_supporter_sees_no_booking_in_any_list(clerk, slot):
    BookingFactory(organization=clerk.organization, booked_by=clerk.user, slot=slot)

    assert not Booking.objects.visible_to(clerk.user).exists()


# THE MEMBERSHIP ENDS


def end_membership(clerk):
    Membership.objects.filter(user=clerk.user).delete()


def withdraw_approval(clerk):
    clerk.organization.withdraw_approval()


@pytest.mark.parametrize("end", [end_membership, withdraw_approval])
def test_who_is_no_member_any_more_keeps_the_answers_as_an_ordinary_helper(clerk, slot, end):
    ready_to_send(clerk, slot)
    end(clerk)

    response = clerk.send(CHECK, ORALLY)

    assert response.status_code == 409
    assert not Booking.objects.exists()
    answers = Draft.objects.get().answers
    assert (answers["supporter"], answers["organization"], answers["consent_given"]) == (
        None,
        None,
        None,
    )
    assert (answers["for_whom"], answers["slot"]) == ("other", slot.pk)
    clerk.send(CHECK, CONSENT | {"person_agrees": "on"})
    booking = Booking.objects.get()
    assert (booking.source, booking.organization, booking.booked_by) == ("web", None, None)


def test_a_supporter_whose_draft_is_gone_hears_it(clerk):
    assert clerk.get(PHONE_PAGE).status_code == 410
    assert clerk.see(TIME).status_code == 410


def test_an_ordinary_draft_has_no_picture_to_hand_over():
    assert Visitor("en").begin().get(PHONE_PAGE).status_code == 404


def test_an_ordinary_helper_cannot_say_for_the_person_how_they_agreed(slot):
    helper = Visitor("vi").begin()
    helper.answer(for_whom="other").choose(slot)

    response = helper.send(CHECK, ORALLY)

    assert response.status_code == 422
    assert not Booking.objects.exists()
