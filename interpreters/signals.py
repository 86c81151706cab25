"""What happens to a request, for those above who wait for it. Sent inside the transaction.

Each carries `request` (InterpreterRequest, locked), `by` (User or None: the interpreter
themselves, or a clock) and `now`.
"""

from django.dispatch import Signal

# Somebody goes: whoever waited can be sure now.
request_filled = Signal()
# The interpreter does not come after all, and another one is sought.
request_open_again = Signal()
# Nobody was found.
request_unfilled = Signal()
# The interpreter says that they are there.
interpreter_came = Signal()
