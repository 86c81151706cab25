import pytest


@pytest.fixture
def stock_django_alone(settings):
    """The apps above and beside have no say: neither middleware nor context of theirs."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name.startswith("django.")]
    (engine,) = settings.TEMPLATES
    processors = [
        name for name in engine["OPTIONS"]["context_processors"] if name.startswith("django.")
    ]
    settings.TEMPLATES = [
        {
            **engine,
            "OPTIONS": {
                **engine["OPTIONS"],
                "context_processors": [*processors, "interface.views.bare_context"],
            },
        }
    ]


@pytest.fixture
def clean_input(stock_django_alone, settings):
    """The middleware that reads input, among the stock ones it works with."""
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "interface.middleware.CleanInputMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
