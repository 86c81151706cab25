"""Settings of the worker processes that tests start and kill."""

from cinga.tests.settings import *  # noqa: F403
from cinga.tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "notifications.tests.worker.WorkerConfig"]
