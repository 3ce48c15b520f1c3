"""All of the room as it stood when its first 7 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.platform.squashed import First, replaced
from pilar.surveys.migrations import _tables


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "surveys",
        """
        0001_initial 0002_districts 0003_measured 0004_invitations 0005_follow_up 0006_date_changes 0007_form_drafts
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("evidence", "0001_squashed_0005"),
        ("measures", "0001_squashed_0006"),
        ("people", "0001_squashed_0016"),
    ]
    operations = [First(_tables)]
