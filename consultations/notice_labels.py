"""What coordinators read where a resident would see the letter itself, by kind."""

from django.utils.translation import gettext_lazy as _

NOTICE_LABELS = {
    "booking_received": _("booking received, not confirmed"),
    "booking_confirmed": _("booking confirmed"),
    "booking_moved": _("booking has a new time"),
    "booking_canceled": _("booking canceled"),
    "booking_held_again": _("interpreter sought again"),
    "booking_undecided": _("no interpreter by the deadline"),
    "booking_expired": _("no interpreter found"),
    "booking_link": _("the link, sent again"),
    "reminder_three_days": _("reminder three days before"),
    "reminder_day_before": _("reminder one day before"),
    "reminder_hour_before": _("how to join, one hour before"),
    "attendance_call": _("will they come? no answer yet"),
    "call_requested": _("somebody asked for a call"),
    "session_call": _("cannot connect, call now"),
    "waiting_joined": _("on the waiting list"),
    "waiting_offered": _("waiting list: a time is free"),
    "waiting_withdrawn": _("waiting list: the offered time fell out"),
    "waiting_lapsed": _("waiting list: no answer in time"),
    "waiting_standby": _("waiting list: keep yourself ready"),
    "waiting_first": _("appointment fell out, first in line"),
    "drop_out_call": _("the session falls out within two hours"),
    "missed_by_resident": _("the resident did not come"),
    "expert_booked": _("to the expert: booked"),
    "expert_moved": _("to the expert: new time"),
    "expert_freed": _("to the expert: the old time is free again"),
    "expert_canceled": _("to the expert: canceled"),
    "expert_day_before": _("to the expert: tomorrow"),
}
