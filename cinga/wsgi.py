import os

from django.core.wsgi import get_wsgi_application

from interface.wsgi import with_plain_content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinga.settings")

application = with_plain_content_type(get_wsgi_application())
