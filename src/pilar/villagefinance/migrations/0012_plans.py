from django.db import migrations, models

from pilar.villagefinance.migrations import _functions

REFERENCES = (
    ("plannedwork", "region village", "book", "region village"),
    ("plannedwork", "region activity", "activity", "region code"),
)
KEPT = """
INSERT INTO villagefinance_plannedwork
    (region, village, first, last, no, activity, told, place, unit, fund, amount, since, until)
SELECT region, village, year, year, row_number() OVER (PARTITION BY region, village, year ORDER BY activity),
    activity, told, '', '', '', amount, year, year FROM villagefinance_plannedactivity
"""


class Migration(migrations.Migration):
    """A plan has several works of an activity, with place, volume and fund, and a plan of many years is one, too."""

    dependencies = [
        ('villagefinance', '0011_plan_and_reasons'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedWork',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'first', 'last', 'no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('first', models.PositiveSmallIntegerField()),
                ('last', models.PositiveSmallIntegerField()),
                ('no', models.PositiveSmallIntegerField()),
                ('activity', models.CharField(max_length=10)),
                ('told', models.CharField(blank=True, max_length=300)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('volume', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('fund', models.CharField(blank=True, max_length=5)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('since', models.PositiveSmallIntegerField()),
                ('until', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='plannedwork',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), models.Q(('volume__isnull', True), ('volume__gt', 0), _connector='OR')), name='planned_work_positive'),
        ),
        migrations.AddConstraint(
            model_name='plannedwork',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('until')), ('since__gte', models.F('first')), ('until__gte', models.F('since'))), name='planned_work_within_its_plan'),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RunSQL(_functions.references(REFERENCES), migrations.RunSQL.noop),
        migrations.DeleteModel(
            name='PlannedActivity',
        ),
    ]
