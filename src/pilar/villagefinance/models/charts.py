"""The charts of a region: accounts, activities, sources of funds. Filled from ``data/villagefinance``."""

from __future__ import annotations

from django.db import models


class Account(models.Model):
    """An economic code (kode rekening); ``closed_on``: the first day on which it can no longer be booked."""

    pk = models.CompositePrimaryKey("region", "code")
    region = models.CharField(max_length=5)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=1, blank=True)
    is_leaf = models.BooleanField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=["D", "C", ""]), name="account_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Activity(models.Model):
    """A functional code (bidang, sub-bidang, kegiatan); money is spent on level 3 alone."""

    pk = models.CompositePrimaryKey("region", "code")
    region = models.CharField(max_length=5)
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=300)
    level = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Fund(models.Model):
    """A source of funds (sumber dana); ``account``: the revenue account under which its money arrives."""

    pk = models.CompositePrimaryKey("region", "code")
    region = models.CharField(max_length=5)
    code = models.CharField(max_length=5)
    name = models.CharField(max_length=200)
    account = models.CharField(max_length=12)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
