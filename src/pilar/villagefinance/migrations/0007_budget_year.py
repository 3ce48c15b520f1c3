import pgtrigger.compiler
import pgtrigger.migrations
import pilar.platform.names
from django.db import migrations, models

from pilar.villagefinance.migrations import _functions


class Migration(migrations.Migration):

    dependencies = [
        ('villagefinance', '0006_closing_is_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetStep',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'version', 'no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField()),
                ('no', models.PositiveSmallIntegerField()),
                ('act', models.CharField(max_length=9)),
                ('by', pilar.platform.names.SignatureField(max_length=200)),
                ('at', models.DateTimeField()),
                ('paper', models.CharField(blank=True, max_length=100)),
                ('elaboration', models.CharField(blank=True, max_length=100)),
                ('day', models.DateField(null=True)),
                ('due', models.DateField(null=True)),
                ('told', models.CharField(blank=True, max_length=2000)),
                ('sheet', models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PlannedActivity',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'activity', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('activity', models.CharField(max_length=10)),
                ('told', models.CharField(blank=True, max_length=300)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.AddField(
            model_name='budgetversion',
            name='heads',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='budgetversion',
            name='secretaries',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='budgetversion',
            name='staff',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetstep',
            trigger=pgtrigger.compiler.Trigger(name='budget_step_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5de2f56903646c0db6f8e6a3b5572f61085337b3', operation='UPDATE OR DELETE', pgid='pgtrigger_budget_step_stays_889f5', table='villagefinance_budgetstep', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetstep',
            trigger=pgtrigger.compiler.Trigger(name='budget_step_by_two', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."act" = \'approved\')', func='IF (SELECT e."by" FROM villagefinance_budgetstep AS e WHERE (e.region, e.village, e.year, e.version) = (NEW.region, NEW.village, NEW.year, NEW.version) AND e.act = \'checked\' ORDER BY e.no DESC LIMIT 1) IS NOT DISTINCT FROM NEW."by" THEN PERFORM villagefinance_refuse(\'execution_of_two_people\'); END IF; RETURN NEW;', hash='690b9c10bbdae33fdd2c822b8ebbc1069cb8029a', operation='INSERT', pgid='pgtrigger_budget_step_by_two_f4837', table='villagefinance_budgetstep', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='plannedactivity',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='planned_amount_not_negative'),
        ),
        migrations.RunSQL(_functions.references((
            ("budgetstep", "region village year version", "budgetversion", "region village year number"),
            ("plannedactivity", "region village", "book", "region village"),
            ("plannedactivity", "region activity", "activity", "region code"),
        ))),
    ]
