"""All of the room as it stood when its first 27 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.platform.squashed import First, replaced
from pilar.villagefinance.migrations import (
    _accounts,
    _budget,
    _charts,
    _flags,
    _functions,
    _ledger,
    _ledger_guards,
    _payments,
    _public,
    _references,
    _statements,
    _steps,
)


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "villagefinance",
        """
        0001_initial 0002_statements 0003_states_and_cells 0004_remittances 0005_payments 0006_closing_is_whole
        0007_budget_year 0008_request_entries 0009_flags 0010_carried_lines 0011_plan_and_reasons 0012_plans
        0013_reports_on_record 0014_questions_and_photos 0015_period_of_a_plan 0016_openings_and_remittances
        0017_who_accounted 0018_village_status 0019_mistyped_receipts 0020_receipts_with_number_and_day
        0021_officials_and_programmes 0022_standard_prices 0023_dropped_numbers 0024_executors_of_activities
        0025_corrections 0026_lines_judged 0027_positions_in_their_keys
    """,
    )
    dependencies = [
        ("people", "0001_squashed_0016"),
        ("platform", "0001_squashed_0009"),
    ]
    operations = [
        First(_accounts, _budget, _charts, _flags, _ledger, _ledger_guards, _payments, _public, _statements, _steps),
        *_functions.OPERATIONS,
        *_references.OPERATIONS,
    ]
