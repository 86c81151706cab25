from datetime import UTC, datetime

import factory
from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import Membership, Organization, User

PASSWORD = "a long password for tests"


class UserFactory(factory.django.DjangoModelFactory):
    """`UserFactory(role=roles.COORDINATOR)`; without a role somebody who is not staff."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    name = factory.Sequence(lambda number: f"Person {number}")
    language = "en"
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(self, create, role, **kwargs):
        if role:
            group, _created = Group.objects.get_or_create(name=role)
            self.groups.add(group)
            self.set_staff(role in roles.ADMIN_ROLES)


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda number: f"Association {number}")
    kind = Organization.Kind.INTERNATIONAL_ASSOCIATION
    prefecture_code = "13"

    class Params:
        approved = factory.Trait(
            approved_at=datetime(2026, 4, 1, tzinfo=UTC),
            approved_by=factory.SubFactory(UserFactory),
        )


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
