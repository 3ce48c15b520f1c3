from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("areas", "0002_holidays")]

    operations = [
        migrations.AddField("holiday", "entered", models.BooleanField(default=False)),
        migrations.AddField("holiday", "taken_back", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "holiday",
            models.CheckConstraint(
                condition=models.Q(("taken_back", False), ("dropped_by__isnull", False), _connector="OR"),
                name="holiday_taken_back_by_a_decree",
            ),
        ),
    ]
