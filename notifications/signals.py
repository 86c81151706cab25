from django.dispatch import Signal

# Sent by `manage.py send_due_notices` before it sends, with `now`: whoever makes letters
# when a moment has come does so. Each receiver works in transactions of its own.
sweeping = Signal()
