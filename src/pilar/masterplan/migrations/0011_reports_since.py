

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0003_holidays_entered'),
        ('masterplan', '0010_list_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='plan',
            name='reports_reason',
            field=models.CharField(blank=True, default='', max_length=4000),
        ),
        migrations.AddField(
            model_name='plan',
            name='reports_since',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reports_reason', ''), ('reports_since__isnull', True)), models.Q(('reports_reason__regex', '\\S'), ('reports_since__isnull', False)), _connector='OR'), name='plan_reports_since_with_reason'),
        ),
    ]
