from django.dispatch import Signal

# What became of an organization's application; sent in the transaction of the decision with
# `application` and `now`, and when it was approved with `applicant`, the account of who asked.
application_approved = Signal()
application_refused = Signal()
