"""A browser in which somebody with a role has signed in."""

from django.test import Client

from accounts.services import grant_role_permissions
from accounts.tests.factories import UserFactory


def signed_in(role, **user_fields):
    """The client; its `user` is who signed in. Pages come in English."""
    user = UserFactory(role=role, **user_fields)
    grant_role_permissions()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    client.user = user
    return client
