from django.db import models
from django.db.models import Q


class Installation(models.Model):
    """The one row that says whose system this is. Currency and time zone of the numbers never change."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=63)
    language = models.CharField(max_length=8, default="en")
    country = models.CharField(max_length=2, default="ID")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One number that triggers draw anew when reference data changes; see `edition.py`."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    mark = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.mark)
