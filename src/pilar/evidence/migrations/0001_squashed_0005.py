"""All of the room as it stood when its first 5 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.evidence.migrations import _tables
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "evidence",
        """
        0001_initial 0002_reserved 0003_kept_documents 0004_signed_documents 0005_files_of_citizens
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("people", "0001_squashed_0016"),
    ]
    operations = [First(_tables)]
