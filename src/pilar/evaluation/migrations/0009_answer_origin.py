import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0008_withdrawn_request'),
        ('masterplan', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(max_length=100)),
                ('figures', models.JSONField()),
                ('fingerprint', models.CharField(max_length=32)),
                ('taken_at', models.DateTimeField()),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='origins', to='evaluation.assessment')),
                ('plan_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterplan.version')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['assessment', 'id'],
                'constraints': [models.UniqueConstraint(fields=('assessment', 'node'), name='answer_origin_once_an_indicator'), models.CheckConstraint(condition=models.Q(('fingerprint__regex', '^[0-9a-f]{32}$')), name='answer_origin_fingerprint')],
            },
        ),
    ]
