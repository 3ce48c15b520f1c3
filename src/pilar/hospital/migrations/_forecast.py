"""Tables of forecast, and what guards them."""

from django.db import models
from django.db.models import F, Q

from pilar.platform.squashed import ID, check, stays, table, unique

TABLES = [
    table(
        "ForecastWeek",
        ID,
        ("monday", models.DateField()),
        ("judged", models.PositiveIntegerField()),
        ("held", models.PositiveIntegerField()),
        ("width", models.FloatField()),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["hospital", "-monday"],
        constraints=[
            unique("forecast_week_once", "hospital", "monday"),
            check("forecast_week_counts", Q(held__lte=F("judged"), width__gt=0)),
        ],
    ),
]

GUARDS = [
    stays("ForecastWeek", "forecast_week_append_only"),
]
