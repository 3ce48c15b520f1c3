"""All of the room as it stood when its first 6 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.measures.migrations import _tables
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "measures",
        """
        0001_initial 0002_built_in_sources 0003_names_by_reference 0004_standards 0005_mapped_sources
        0006_removed_mappings
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("evidence", "0001_squashed_0005"),
        ("people", "0001_squashed_0016"),
    ]
    operations = [First(_tables)]
