"""What the known emergency lines are for, by code."""

from django.utils.translation import gettext_lazy as _

DESCRIPTIONS = {
    "police": _("Police. When somebody hurts or threatens you, or after a crime or accident."),
    "ambulance": _("Ambulance and fire service. For a sudden illness, an injury or a fire."),
    "yorisoi": _("For any worry, also thoughts of dying. Press 2 for other languages."),
    "yorisoi_tohoku": _("The same line for Iwate, Miyagi and Fukushima."),
    "dv_plus": _("When your partner hits you, threatens you or controls you."),
    "houterasu": _("Information about law in many languages."),
}
