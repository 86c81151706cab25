"""How coordinators read the kinds of letters of this app."""

from django.utils.translation import gettext_lazy as _

from interpreters import notices

NOTICE_LABELS = {
    notices.OFFER: _("interpreter asked"),
    notices.NOT_SELECTED: _("somebody else goes"),
    notices.ASSIGNED: _("interpreter assigned"),
    notices.ASSIGNMENT_REMINDER: _("interpreter reminded"),
    notices.WITHDRAWN: _("question taken back"),
    notices.CALLED_OFF: _("interpreter need not come"),
    notices.RECEIVED: _("request arrived"),
    notices.FOUND: _("interpreter found"),
    notices.REQUESTER_REMINDER: _("organization reminded"),
    notices.CHANGED: _("request changed"),
    notices.OUT_OF_SCOPE: _("request out of scope"),
    notices.UNFILLED: _("no interpreter found"),
    notices.CANCELED: _("request canceled"),
    notices.SOUGHT_AGAIN: _("interpreter sought again"),
    notices.REPORT_DUE: _("interpreter's report due"),
    notices.REQUESTER_REPORT_DUE: _("requester's report due"),
}
