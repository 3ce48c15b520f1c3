from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VillageFinanceConfig(AppConfig):
    name = "pilar.villagefinance"
    label = "villagefinance"

    def ready(self) -> None:
        post_migrate.connect(make_years, sender=self, dispatch_uid="villagefinance.make-years")


def make_years(**_migrated: Any) -> None:
    """Make the parts of the books for this year and the next as soon as the tables exist."""
    from django.utils import timezone

    from pilar.people.rules import OPERATOR
    from pilar.villagefinance import operations

    operations.make_years(by=OPERATOR, now=timezone.now())
