"""Readings of BPJS are of more kinds than its two clocks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hospital", "0004_triage")]

    operations = [
        migrations.RemoveConstraint(model_name="bpjsreading", name="bpjs_reading_once"),
        migrations.RemoveConstraint(model_name="bpjsreading", name="bpjs_reading_clock_known"),
        migrations.RenameField(model_name="bpjsreading", old_name="clock", new_name="kind"),
        migrations.AlterField(model_name="bpjsreading", name="kind", field=models.CharField(max_length=12)),
        migrations.AlterModelOptions(name="bpjsreading", options={"ordering": ["-day", "kind"]}),
        migrations.AddConstraint(
            model_name="bpjsreading",
            constraint=models.UniqueConstraint(fields=("hospital", "day", "kind"), name="bpjs_reading_once"),
        ),
        migrations.AddConstraint(
            model_name="bpjsreading",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["rs", "server", "month-rs", "month-server", "lists", "bookings"]),
                name="bpjs_reading_kind_known",
            ),
        ),
    ]
