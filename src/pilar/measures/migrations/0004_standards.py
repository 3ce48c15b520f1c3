import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0003_names_by_reference'),
    ]

    operations = [
        migrations.AddField(
            model_name='measure',
            name='standards',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
    ]
