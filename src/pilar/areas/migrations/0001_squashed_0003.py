"""All of the room as it stood when its first 3 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.areas.migrations import _tables
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "areas",
        """
        0001_initial 0002_holidays 0003_holidays_entered
    """,
    )
    dependencies = []
    operations = [First(_tables)]
