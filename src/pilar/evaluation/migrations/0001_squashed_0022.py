"""All of the room as it stood when its first 22 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.evaluation.migrations import (
    _assessments,
    _batches,
    _campaigns,
    _drafts,
    _filling,
    _follow_up,
    _hooks,
    _marking,
    _origins,
    _panels,
    _published,
    _reminders,
    _results,
)
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "evaluation",
        """
        0001_initial 0002_cycle 0003_acceptance 0004_sheet_batches 0005_tie 0006_pinned_evidence
        0007_letter_once_a_phase 0008_withdrawn_request 0009_answer_origin 0010_survey_file 0011_names_by_reference
        0012_four_eyes 0013_scores_on_any_scale 0014_exceptions 0015_reminder 0016_filled_in 0017_previous_year
        0018_instrument_drafts 0019_statement_of_responsibility 0020_objection_evidence_and_advice
        0021_campaign_phases 0022_publication_hooks
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("evidence", "0001_squashed_0005"),
        ("masterplan", "0001_squashed_0014"),
        ("people", "0001_squashed_0016"),
        ("platform", "0001_squashed_0009"),
        ("surveys", "0001_squashed_0007"),
    ]
    operations = [
        First(
            _assessments,
            _batches,
            _campaigns,
            _drafts,
            _filling,
            _follow_up,
            _hooks,
            _marking,
            _origins,
            _panels,
            _published,
            _reminders,
            _results,
        )
    ]
