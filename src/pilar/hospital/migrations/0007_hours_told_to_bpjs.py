"""What BPJS was told of weekly hours is kept, so that hours are sent once they change."""

from django.db import migrations, models

KINDS = ["rs", "server", "month-rs", "month-server", "lists", "bookings", "hours"]


class Migration(migrations.Migration):
    dependencies = [("hospital", "0006_sessions_as_laid")]

    operations = [
        migrations.RemoveConstraint(model_name="bpjsreading", name="bpjs_reading_kind_known"),
        migrations.AddConstraint(
            model_name="bpjsreading",
            constraint=models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="bpjs_reading_kind_known"),
        ),
    ]
