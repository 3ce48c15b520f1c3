"""Tables of lists."""

from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "ListWord",
        ID,
        ("kind", models.CharField(max_length=8)),
        ("word", models.CharField(max_length=300)),
        ("meaning", models.CharField(max_length=60)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+", db_index=False)),
        ordering=["region", "kind", "word"],
        constraints=[
            unique("list_word_once_in_region", "region", "kind", "word"),
            check("list_word_kind_known", Q(kind__in=["column", "office", "part", "fund", "rows"])),
            check("list_word_means_something", Q(meaning__regex="\\S")),
        ],
    ),
]
