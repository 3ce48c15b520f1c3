"""All of the room as it stood when its first 9 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.platform.migrations import _functions, _tables
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "platform",
        """
        0001_initial 0002_outgoing_messages 0003_names_by_reference 0004_request_counts 0005_imports
        0006_document_numbers 0007_seals 0008_receipts 0009_public_actors
    """,
    )
    dependencies = []
    operations = [First(_tables), *_functions.OPERATIONS]
