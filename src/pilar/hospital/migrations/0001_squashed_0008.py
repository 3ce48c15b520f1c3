"""All of the room as it stood when its first 8 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.hospital.migrations import (
    _bookings,
    _bpjs,
    _day,
    _forecast,
    _patients,
    _pharmacy,
    _privacy,
    _satusehat,
    _schedule,
    _triage,
)
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "hospital",
        """
        0001_initial 0002_calls_and_letters 0003_sessions_laid_anew 0004_triage 0005_readings_of_bpjs
        0006_sessions_as_laid 0007_hours_told_to_bpjs 0008_indexes_of_bookings
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("people", "0001_squashed_0016"),
        ("platform", "0001_squashed_0009"),
    ]
    operations = [
        First(_bookings, _bpjs, _day, _forecast, _patients, _pharmacy, _privacy, _satusehat, _schedule, _triage)
    ]
