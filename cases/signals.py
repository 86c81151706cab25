from django.dispatch import Signal

# A case is about to be closed. Sent with `case` and `now` inside the transaction,
# the case locked. A receiver that still has open work raises CaseHasOpenWork.
case_closing = Signal()
