
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0003_names_by_reference'),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('network', models.CharField(max_length=64)),
                ('since', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['since'], name='request_count_by_age')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'network', 'since'), name='request_count_once_a_span')],
            },
        ),
    ]
