from django.db import migrations, models


class Migration(migrations.Migration):
    """Results that stand have the form of their input that was the only one before; what is computed has the next."""

    dependencies = [("evaluation", "0001_squashed_0022")]

    operations = [
        migrations.AddField("snapshot", "input_form", models.PositiveSmallIntegerField(default=1)),
        migrations.AlterField("snapshot", "input_form", models.PositiveSmallIntegerField(default=2)),
    ]
