from django.db import models
from django.db.models import Q


class Slot(models.Model):
    """What can be booked; the list's row of eight fields, too."""

    starts_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=100)
    phone = models.CharField(max_length=20)
    hours = models.CharField(max_length=100)
    languages = models.CharField(max_length=100)
    note = models.CharField(max_length=100)

    def __str__(self):
        return self.name


class Draft(models.Model):
    """What the steps of a journey write."""

    payload = models.TextField()

    def __str__(self):
        return str(self.pk)


class Booking(models.Model):
    """One of a slot, as the portal's constraint has it."""

    slot = models.ForeignKey(Slot, models.PROTECT)
    status = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=~Q(status="canceled"), name="floor_one_for_a_slot"
            )
        ]

    def __str__(self):
        return str(self.pk)


class Line(models.Model):
    """Three of these go with each booking."""

    booking = models.ForeignKey(Booking, models.CASCADE)
    text = models.TextField()

    def __str__(self):
        return self.text
