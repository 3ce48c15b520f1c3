from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('masterplan', '0012_reports_taken_over'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='on_behalf',
            field=models.BooleanField(default=False),
        ),
    ]
