"""Finding a person's bookings without a list of persons."""

from phonenumbers import NumberParseException

from consultations.forms import normal_phone
from privacy.digests import lookup_digest

MOST_FOUND = 20


def find(form, bookings):
    """Bookings of a reference, of a whole e-mail address or of a whole telephone number."""
    if form.reference:
        bookings = bookings.filter(case__reference=form.reference)
    else:
        bookings = bookings.filter(**_contact_filter(form.cleaned_data["q"]))
    return list(bookings.order_by("-slot__starts_at", "-pk")[:MOST_FOUND])


def _contact_filter(text):
    if "@" in text:
        local, _at, domain = text.rpartition("@")
        # The part before the @ is kept as it was typed.
        spellings = {f"{local}@{domain.lower()}", f"{local.lower()}@{domain.lower()}"}
        digests = [lookup_digest(spelling, "email") for spelling in spellings]
        return {"case__resident__email_digest__in": digests}
    try:
        phone = normal_phone(text)
    except NumberParseException:
        return {"pk__in": []}
    return {"case__resident__phone_digest": lookup_digest(phone, "phone")}
