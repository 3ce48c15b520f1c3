"""All of the room as it stood when its first 14 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.masterplan.migrations import _execution, _lists, _papers, _plans, _programmes
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "masterplan",
        """
        0001_initial 0002_programme_import 0003_papers 0004_decree_of_a_body 0005_names_by_reference 0006_paper_batch
        0007_numbered_minutes 0008_imports_by_their_door 0009_proposals_of_measures 0010_list_words 0011_reports_since
        0012_reports_taken_over 0013_reported_on_behalf 0014_budget_codes
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("evidence", "0001_squashed_0005"),
        ("people", "0001_squashed_0016"),
        ("platform", "0001_squashed_0009"),
    ]
    operations = [First(_execution, _lists, _papers, _plans, _programmes)]
