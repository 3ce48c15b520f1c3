"""Indexes of bookings that begin as another does go: each costs everybody who books, and nobody reads by it."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("hospital", "0007_hours_told_to_bpjs")]

    operations = [
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(fields=["code"], name="booking_code_once"),
        ),
        migrations.AlterField(model_name="booking", name="code", field=models.CharField(max_length=12)),
        migrations.AlterField(
            model_name="booking",
            name="session",
            field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="bookings", to="hospital.session"),
        ),
        migrations.AlterField(
            model_name="booking",
            name="hospital",
            field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="hospital.hospital"),
        ),
        migrations.AlterField(
            model_name="booking",
            name="patient",
            field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="bookings", to="hospital.patient"),
        ),
    ]
