"""A session that a person gave to another doctor or hour keeps for whom and when it was laid."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils.dateparse import parse_datetime


def as_laid(apps, _schema):
    """Of what was changed before, the audit log says so."""
    events = apps.get_model("platform", "AuditEvent").objects.filter(
        target="hospital.session", action="change", before__has_keys=["doctor", "starts"]
    )
    first = {}
    for key, before in events.order_by("pk").values_list("key", "before"):
        first.setdefault(int(key), (before["doctor"], parse_datetime(before["starts"])))
    for row in apps.get_model("hospital", "Session").objects.filter(pk__in=first):
        if first[row.pk] != (row.doctor_id, row.starts_at):
            row.laid_for_id, row.laid_at = first[row.pk]
            row.save(update_fields=["laid_for", "laid_at"])


class Migration(migrations.Migration):
    dependencies = [("hospital", "0005_readings_of_bpjs"), ("platform", "0009_public_actors")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="laid_for",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hospital.doctor"
            ),
        ),
        migrations.AddField(model_name="session", name="laid_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(as_laid, migrations.RunPython.noop),
    ]
