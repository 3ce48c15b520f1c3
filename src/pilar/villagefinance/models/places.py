"""Base classes of rows of a village, or of a year of one. The key begins with the region."""

from __future__ import annotations

from django.db import models


class OfVillage(models.Model):
    """A row of a village, by the codes of its region and of itself."""

    region = models.CharField(max_length=5)
    village = models.CharField(max_length=13)

    class Meta:
        abstract = True


class OfYear(OfVillage):
    """A row of a village and year."""

    year = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
