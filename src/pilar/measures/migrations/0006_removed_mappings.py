from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0005_mapped_sources'),
    ]

    operations = [
        migrations.AddField(
            model_name='sourcemapping',
            name='removed',
            field=models.BooleanField(default=False),
        ),
    ]
