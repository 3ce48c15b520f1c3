
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0002_reserved'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptDocument',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.PositiveBigIntegerField(null=True)),
                ('used_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['used_at'], name='kept_document_by_use')],
                'constraints': [models.CheckConstraint(condition=models.Q(('key__regex', '^[0-9a-f]{64}$')), name='kept_document_key_is_a_hash')],
            },
        ),
    ]
