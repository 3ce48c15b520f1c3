"""All of the room as it stood when its first 15 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.permits.migrations import _cases, _correspondence, _desk, _hooks, _investment, _levies, _register, _services
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "permits",
        """
        0001_initial 0002_correspondence 0003_payments_in_parts 0004_objections 0005_case_letters 0006_erased_drafts
        0007_places_to_invest 0008_given_back 0009_minutes_and_reminders 0010_silence_and_taken_back 0011_desk_batches
        0012_objected_to_again 0013_taken_up_again 0014_drawn_signatures 0015_permits_in_order_by_index
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("people", "0001_squashed_0016"),
    ]
    operations = [First(_cases, _correspondence, _desk, _hooks, _investment, _levies, _register, _services)]
