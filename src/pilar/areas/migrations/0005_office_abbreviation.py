from django.db import migrations, models
from django.db.models.functions import Lower

# Of open offices of a region with one abbreviation the oldest keeps it, as lists of programmes read it so far; the
# others are known by their names.
KEPT_BY_THE_OLDEST = """
UPDATE areas_office AS office SET abbreviation = ''
WHERE closed_at IS NULL AND abbreviation <> '' AND EXISTS (
    SELECT FROM areas_office AS older
    WHERE older.region_id = office.region_id AND older.closed_at IS NULL AND older.id < office.id
      AND lower(older.abbreviation) = lower(office.abbreviation)
)
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0004_region_figures")]

    operations = [
        migrations.RunSQL(KEPT_BY_THE_OLDEST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.UniqueConstraint(
                models.F("region"),
                Lower("abbreviation"),
                condition=models.Q(("closed_at__isnull", True), models.Q(("abbreviation", ""), _negated=True)),
                name="office_abbreviation_once_in_region",
            ),
        ),
    ]
