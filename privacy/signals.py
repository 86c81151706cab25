from django.dispatch import Signal

# Somebody leaves in a hurry. Sent with `request` inside one transaction: every
# receiver wipes what its app keeps of this visit (drafts, holds).
leaving = Signal()
