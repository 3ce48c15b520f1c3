from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("villagefinance", "0025_corrections")]

    operations = [
        migrations.AddField(
            model_name="budgetstep", name="lines", field=models.BigIntegerField(null=True),
        ),
    ]
