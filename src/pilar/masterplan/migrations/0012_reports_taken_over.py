from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('masterplan', '0011_reports_since'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='taken_from',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
    ]
