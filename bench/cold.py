"""The portal with an empty memory at every request, as after a start: each page is cold."""

from cinga.wsgi import application as portal
from interface.memory import ShortMemory


def application(environ, start_response):
    ShortMemory.forget_all()
    return portal(environ, start_response)
