import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.math
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import pilar.platform.names
from django.db import migrations, models

from pilar.villagefinance.migrations import _functions


class CreateByYear(migrations.CreateModel):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.sql_create_table += " PARTITION BY LIST (year)"
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        del schema_editor.sql_create_table


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('platform', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('code', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=300)),
                ('level', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='BudgetAmount',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'version', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField()),
                ('line', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('key', models.PositiveSmallIntegerField()),
                ('activity', models.CharField(blank=True, max_length=10)),
                ('account', models.CharField(max_length=12)),
                ('fund', models.CharField(max_length=5)),
            ],
        ),
        migrations.CreateModel(
            name='BudgetPosition',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'line', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('line', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField()),
                ('moved', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name='BudgetVersion',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('state', models.CharField(default='draft', max_length=9)),
                ('rule_number', models.CharField(blank=True, max_length=100)),
                ('rule_date', models.DateField(null=True)),
                ('in_force_from', models.DateField(null=True)),
                ('extraordinary', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='CashPlan',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'version', 'line', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField()),
                ('line', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name='CashPosition',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'account', 'holder', 'fund', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('account', models.CharField(max_length=12)),
                ('holder', models.CharField(max_length=20)),
                ('fund', models.CharField(max_length=5)),
                ('day', models.DateField()),
                ('moved', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name='Ceiling',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'fund', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('fund', models.CharField(max_length=5)),
                ('number', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('rule', models.CharField(max_length=200)),
                ('made_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='CostItem',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'version', 'line', 'no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField()),
                ('line', models.PositiveSmallIntegerField()),
                ('no', models.PositiveSmallIntegerField()),
                ('description', models.CharField(max_length=300)),
                ('package', models.CharField(blank=True, max_length=200)),
                ('output', models.CharField(blank=True, max_length=200)),
                ('volume', models.DecimalField(decimal_places=3, max_digits=14)),
                ('unit', models.CharField(max_length=40)),
                ('unit_price', models.DecimalField(decimal_places=2, max_digits=18)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        CreateByYear(
            name='Entry',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'place', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('place', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=12)),
                ('number', models.PositiveIntegerField()),
                ('date', models.DateField()),
                ('document', models.CharField(blank=True, max_length=100)),
                ('told', models.CharField(max_length=300)),
                ('maker', pilar.platform.names.SignatureField(max_length=200)),
                ('checker', pilar.platform.names.SignatureField(blank=True, max_length=200)),
                ('approver', pilar.platform.names.SignatureField(blank=True, max_length=200)),
                ('reverses', models.PositiveIntegerField(null=True)),
                ('lines_digest', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('code', models.CharField(max_length=5)),
                ('name', models.CharField(max_length=200)),
                ('account', models.CharField(max_length=12)),
            ],
        ),
        CreateByYear(
            name='Line',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'place', 'no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('place', models.PositiveIntegerField()),
                ('no', models.PositiveSmallIntegerField()),
                ('side', models.CharField(max_length=1)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('account', models.CharField(max_length=12)),
                ('activity', models.CharField(blank=True, max_length=10)),
                ('fund', models.CharField(max_length=5)),
                ('line', models.PositiveSmallIntegerField(null=True)),
                ('bank_account', models.PositiveSmallIntegerField(null=True)),
                ('tax', models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='PaymentRequest',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=9)),
                ('state', models.CharField(default='draft', max_length=9)),
                ('date', models.DateField()),
                ('activity', models.CharField(blank=True, max_length=10)),
                ('payee', models.CharField(blank=True, max_length=200)),
                ('told', models.CharField(max_length=300)),
                ('maker', pilar.platform.names.SignatureField(max_length=200)),
                ('checker', pilar.platform.names.SignatureField(blank=True, max_length=200)),
                ('approver', pilar.platform.names.SignatureField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'month', 'no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField()),
                ('no', models.PositiveSmallIntegerField()),
                ('act', models.CharField(max_length=8)),
                ('by', pilar.platform.names.SignatureField(max_length=200)),
                ('second', pilar.platform.names.SignatureField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Remittance',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'ntpn', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('ntpn', models.CharField(max_length=20)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('place', models.PositiveIntegerField()),
                ('tax', models.CharField(max_length=20)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('date', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='RequestLine',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'request', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('request', models.PositiveIntegerField()),
                ('line', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('open', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name='SealedBook',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('day', models.DateField()),
                ('entries', models.PositiveIntegerField()),
                ('head', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'year', 'request', 'no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('year', models.PositiveSmallIntegerField()),
                ('request', models.PositiveIntegerField()),
                ('no', models.PositiveSmallIntegerField()),
                ('tax', models.CharField(max_length=20)),
                ('base', models.DecimalField(decimal_places=2, max_digits=18)),
                ('rate', models.DecimalField(decimal_places=4, max_digits=7)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('ntpn', models.CharField(max_length=20, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('level', models.PositiveSmallIntegerField()),
                ('side', models.CharField(blank=True, max_length=1)),
                ('is_leaf', models.BooleanField()),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['D', 'C', ''])), name='account_side_known')],
            },
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('key', models.PositiveSmallIntegerField()),
                ('account', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=100)),
                ('bank', models.CharField(blank=True, max_length=100)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'village', 'key', 'account'), name='bank_account_of_its_code'), models.CheckConstraint(condition=models.Q(('account__in', ['1.1.1.01', '1.1.1.02'])), name='bank_account_is_money'), models.CheckConstraint(condition=models.Q(models.Q(('account', '1.1.1.01'), ('bank', ''), ('number', '')), models.Q(('account', '1.1.1.02'), models.Q(('number', ''), _negated=True)), _connector='OR'), name='bank_account_has_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Book',
            fields=[
                ('pk', models.CompositePrimaryKey('region', 'village', blank=True, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=5)),
                ('village', models.CharField(max_length=13)),
                ('entries', models.PositiveIntegerField(default=0)),
                ('head', models.CharField(default='', max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('region', django.db.models.functions.text.Left('village', 5))), name='book_village_in_region')],
            },
        ),
        migrations.RunSQL(_functions.YEARS),
        migrations.RunSQL(_functions.FUNCTIONS),
        pgtrigger.migrations.AddTrigger(
            model_name='book',
            trigger=pgtrigger.compiler.Trigger(name='book_begins', sql=pgtrigger.compiler.UpsertTriggerSql(func="NEW.entries := 0; NEW.head := encode(sha256(convert_to(E'pilar-books\\n' || NEW.village, 'UTF8')), 'hex'); RETURN NEW;", hash='a16ad41f5155f8a7edca50ff0054994581b022c7', operation='INSERT', pgid='pgtrigger_book_begins_2e812', table='villagefinance_book', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='book',
            trigger=pgtrigger.compiler.Trigger(name='book_by_entries_alone', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4303ced453c5e48881facc1a94dfd821748a4d40', operation='UPDATE', pgid='pgtrigger_book_by_entries_alone_53f71', table='villagefinance_book', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='budgetamount',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='budget_amount_not_negative'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetamount',
            trigger=pgtrigger.compiler.Trigger(name='budget_amount_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (\n    SELECT 1 FROM villagefinance_budgetversion AS v WHERE v.state = 'enacted' AND (\n        TG_OP <> 'INSERT' AND (v.region, v.village, v.year, v.number) = (OLD.region, OLD.village, OLD.year, OLD.version)\n        OR TG_OP <> 'DELETE' AND (v.region, v.village, v.year, v.number)\n        = (NEW.region, NEW.village, NEW.year, NEW.version)\n    )\n) THEN PERFORM villagefinance_refuse('budget_is_enacted'); END IF;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n", hash='0bef6d1933d3d7962cefd8455229f9c9fc276d32', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_budget_amount_frozen_b3350', table='villagefinance_budgetamount', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.UniqueConstraint(fields=('region', 'village', 'year', 'activity', 'account', 'fund'), name='budget_line_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('account__regex', '^[456]\\.')), name='budget_line_of_the_budget'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__startswith', '5'), ('activity__gt', '')), models.Q(models.Q(('account__startswith', '5'), _negated=True), ('activity', '')), _connector='OR'), name='budget_line_activity_where_spent'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetline',
            trigger=pgtrigger.compiler.Trigger(name='budget_line_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3e250ab7f4f56b7d68f94b327ccf28beb7d2db24', operation='UPDATE OR DELETE', pgid='pgtrigger_budget_line_stays_487ca', table='villagefinance_budgetline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetline',
            trigger=pgtrigger.compiler.Trigger(name='budget_line_of_leaves', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (\n    SELECT 1 FROM villagefinance_account AS a WHERE (a.region, a.code) = (NEW.region, NEW.account) AND a.is_leaf\n) THEN PERFORM villagefinance_refuse('account_not_booked_on', json_build_object('account', NEW.account)); END IF;\nIF NEW.activity <> '' AND NOT EXISTS (\n    SELECT 1 FROM villagefinance_activity AS a WHERE (a.region, a.code, a.level) = (NEW.region, NEW.activity, 3)\n) THEN PERFORM villagefinance_refuse('activity_not_spent_on', json_build_object('activity', NEW.activity)); END IF;\nRETURN NEW;\n", hash='8208d521aeb01af84dee38af3ce2c80ffc16b9f9', operation='INSERT', pgid='pgtrigger_budget_line_of_leaves_83354', table='villagefinance_budgetline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetposition',
            trigger=pgtrigger.compiler.Trigger(name='budget_position_by_lines_alone', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert or update or delete rows from % table', TG_TABLE_NAME;", hash='9a6c84710323785df7b30f6b625cc2fa9ee62672', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_budget_position_by_lines_alone_50d4d', table='villagefinance_budgetposition', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='budgetversion',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['original', 'shift', 'amended'])), name='budget_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='budgetversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'agreed', 'submitted', 'evaluated', 'enacted', 'dropped'])), name='budget_state_known'),
        ),
        migrations.AddConstraint(
            model_name='budgetversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'enacted'), _negated=True), models.Q(('in_force_from__isnull', False), models.Q(('rule_number', ''), _negated=True)), _connector='OR'), name='budget_enacted_by_a_rule'),
        ),
        migrations.AddConstraint(
            model_name='budgetversion',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'original'), models.Q(('state', 'dropped'), _negated=True)), fields=('region', 'village', 'year'), name='budget_original_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetversion',
            constraint=models.UniqueConstraint(condition=models.Q(('extraordinary', ''), ('kind', 'amended'), models.Q(('state', 'dropped'), _negated=True)), fields=('region', 'village', 'year'), name='budget_amended_once_a_year'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetversion',
            trigger=pgtrigger.compiler.Trigger(name='budget_enacted_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'enacted\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d01e44a3056fcd0399ceff3e68f697abfa834bde', operation='UPDATE OR DELETE', pgid='pgtrigger_budget_enacted_stays_749ea', table='villagefinance_budgetversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetversion',
            trigger=pgtrigger.compiler.Trigger(name='budget_enacted_balanced', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" = \'enacted\')', declare='DECLARE told record;', func="-- R14, R3 for what was promised and spent before, and the order of versions.\nPERFORM villagefinance_hold(NEW.region, NEW.village);\nIF EXISTS (\n    SELECT 1 FROM villagefinance_budgetversion AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.state = 'enacted'\n    AND (e.number > NEW.number OR (e.number < NEW.number AND e.in_force_from > NEW.in_force_from))\n) THEN PERFORM villagefinance_refuse('budget_out_of_order'); END IF;\n\nSELECT coalesce(sum(CASE WHEN ((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.'))) THEN -a.amount ELSE a.amount END), 0) AS balance,\n    min(l.key) FILTER (WHERE (l.account = '5' OR starts_with(l.account, '5.')) AND a.amount <> coalesce((\n        SELECT sum(c.amount) FROM villagefinance_costitem AS c WHERE (c.region, c.village, c.year, c.version, c.line)\n        = (a.region, a.village, a.year, a.version, a.line)\n    ), 0)) AS unplanned\n    INTO told FROM villagefinance_budgetamount AS a JOIN villagefinance_budgetline AS l\n    ON (l.region, l.village, l.year, l.key) = (a.region, a.village, a.year, a.line)\n    WHERE (a.region, a.village, a.year, a.version) = (NEW.region, NEW.village, NEW.year, NEW.number);\nIF told.balance <> 0 THEN\n    PERFORM villagefinance_refuse('budget_unbalanced', json_build_object('amount', told.balance::text));\nEND IF;\nIF told.unplanned IS NOT NULL THEN\n    PERFORM villagefinance_refuse('cost_plan_differs', json_build_object('line', told.unplanned));\nEND IF;\nSELECT l.key INTO told FROM villagefinance_budgetline AS l\n    WHERE (l.region, l.village, l.year) = (NEW.region, NEW.village, NEW.year) AND ((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.')))\n    AND villagefinance_left(l.region, l.village, l.year, l.key, NEW.in_force_from) < 0 LIMIT 1;\nIF FOUND THEN PERFORM villagefinance_refuse('below_what_is_spent', json_build_object('line', told.key)); END IF;\nRETURN NULL;\n", hash='7bcf762bc8580e4ab3e1c4dcd436db4aa27edb1e', operation='INSERT OR UPDATE', pgid='pgtrigger_budget_enacted_balanced_92e3b', table='villagefinance_budgetversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='cashplan',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('month__range', (1, 12))), name='cash_plan_of_a_month'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cashposition',
            trigger=pgtrigger.compiler.Trigger(name='cash_position_by_lines_alone', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert or update or delete rows from % table', TG_TABLE_NAME;", hash='35ecbe5bd54d2ded1ea0ee83f9fd6b7ba5c8e538', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_cash_position_by_lines_alone_61431', table='villagefinance_cashposition', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='ceiling',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), models.Q(('rule', ''), _negated=True)), name='ceiling_of_a_rule'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ceiling',
            trigger=pgtrigger.compiler.Trigger(name='ceiling_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='20ac45ed2bbfee63df006762b49c6697171ad7dd', operation='UPDATE OR DELETE', pgid='pgtrigger_ceiling_stays_a88fe', table='villagefinance_ceiling', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='costitem',
            constraint=models.CheckConstraint(condition=models.Q(('unit_price__gte', 0), ('volume__gt', 0)), name='cost_item_positive'),
        ),
        migrations.AddConstraint(
            model_name='costitem',
            constraint=models.CheckConstraint(condition=models.Q(('amount', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(models.F('volume'), '*', models.F('unit_price')), 2))), name='cost_item_volume_times_price'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='costitem',
            trigger=pgtrigger.compiler.Trigger(name='cost_item_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (\n    SELECT 1 FROM villagefinance_budgetversion AS v WHERE v.state = 'enacted' AND (\n        TG_OP <> 'INSERT' AND (v.region, v.village, v.year, v.number) = (OLD.region, OLD.village, OLD.year, OLD.version)\n        OR TG_OP <> 'DELETE' AND (v.region, v.village, v.year, v.number)\n        = (NEW.region, NEW.village, NEW.year, NEW.version)\n    )\n) THEN PERFORM villagefinance_refuse('budget_is_enacted'); END IF;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n", hash='689ed5a895d643e88f80ab50d32c243a01b350da', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_cost_item_frozen_de513', table='villagefinance_costitem', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('region', 'village', 'year', 'kind', 'number'), name='entry_number_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('region', 'village', 'year', 'reverses'), name='entry_reversed_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'receipt', 'settlement', 'payment', 'advance', 'accounted', 'unused', 'remittance', 'withdrawal', 'deposit', 'refund', 'late_refund', 'investment', 'closing', 'reversal'])), name='entry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('year', django.db.models.functions.datetime.ExtractYear('date'))), name='entry_of_its_year'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'opening'), _negated=True), models.Q(('date__day', 1), ('date__month', 1)), _connector='OR'), name='entry_opening_on_first_of_january'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'closing'), _negated=True), models.Q(('date__day', 31), ('date__month', 12)), _connector='OR'), name='entry_closing_on_last_of_december'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reversal'), ('reverses__isnull', False)), models.Q(models.Q(('kind', 'reversal'), _negated=True), ('reverses__isnull', True)), _connector='OR'), name='entry_reversal_names_another'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('maker', ''), _negated=True), models.Q(('maker', models.F('checker')), _negated=True), models.Q(('maker', models.F('approver')), _negated=True), models.Q(('checker', ''), models.Q(('checker', models.F('approver')), _negated=True), _connector='OR'), models.Q(models.Q(('kind__in', ['settlement', 'payment', 'advance', 'accounted', 'remittance', 'investment']), _negated=True), models.Q(models.Q(('checker', ''), _negated=True), models.Q(('approver', ''), _negated=True)), _connector='OR')), name='entry_of_three_people'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e880669443ae1e431ddaf73dea2282f32310234a', operation='UPDATE OR DELETE', pgid='pgtrigger_entry_stays_a6f5c', table='villagefinance_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_takes_its_place', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE book villagefinance_book; before integer; last text;', func="-- R7, R13, R19 and the chain: what an entry is given, and when there may be none.\nSELECT * INTO book FROM villagefinance_book AS b WHERE (b.region, b.village) = (NEW.region, NEW.village)\n    FOR NO KEY UPDATE;\nIF NOT FOUND THEN PERFORM villagefinance_refuse('no_books'); END IF;\nNEW.place := book.entries + 1;\nNEW.previous := book.head;\nNEW.recorded_at := clock_timestamp();\nSELECT coalesce(max(e.number), 0) + 1 INTO NEW.number FROM villagefinance_entry AS e\n    WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.kind = NEW.kind;\n\n-- The first clock of the country, that of Papua; each region's own day is asked by the operation.\nIF NEW.date > (NEW.recorded_at AT TIME ZONE 'Asia/Jayapura')::date THEN\n    PERFORM villagefinance_refuse('entry_in_the_future');\nEND IF;\nIF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.kind = 'closing') THEN\n    PERFORM villagefinance_refuse('year_is_closed');\nEND IF;\nIF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.reverses = NEW.reverses) THEN\n    PERFORM villagefinance_refuse('reversed_already');\nEND IF;\nIF NEW.kind <> 'closing' THEN\n    SELECT e.act INTO last FROM villagefinance_period AS e\n        WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.month = extract(month FROM NEW.date) ORDER BY e.no DESC LIMIT 1;\n    IF last <> 'reopened' THEN PERFORM villagefinance_refuse('month_is_closed'); END IF;\nEND IF;\n\nIF NOT EXISTS (\n    SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.kind = 'opening' AND NOT EXISTS (\n        SELECT 1 FROM villagefinance_entry AS r\n        WHERE (r.region, r.village, r.year, r.reverses) = (e.region, e.village, e.year, e.place)\n    )\n) THEN\n    SELECT max(e.year) INTO before FROM villagefinance_entry AS e\n        WHERE (e.region, e.village) = (NEW.region, NEW.village) AND e.year < NEW.year;\n    IF NEW.kind <> 'opening' THEN\n        IF before IS NOT NULL AND EXISTS (\n            SELECT 1 FROM villagefinance_cashposition AS p\n            WHERE (p.region, p.village, p.year) = (NEW.region, NEW.village, before)\n            GROUP BY p.account, p.holder, p.fund HAVING sum(p.moved) <> 0\n        ) THEN PERFORM villagefinance_refuse('opening_is_missing'); END IF;\n    ELSIF EXISTS (\n        SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.kind NOT IN ('opening', 'reversal')\n    ) THEN PERFORM villagefinance_refuse('opening_not_first');\n    ELSIF before IS NOT NULL AND NOT EXISTS (\n        SELECT 1 FROM villagefinance_entry AS e\n        WHERE (e.region, e.village, e.year, e.kind) = (NEW.region, NEW.village, before, 'closing')\n    ) THEN PERFORM villagefinance_refuse('year_before_is_open');\n    END IF;\nELSIF NEW.kind = 'opening' THEN PERFORM villagefinance_refuse('opening_not_first');\nEND IF;\n\nNEW.hash := encode(sha256(\n    decode(NEW.previous, 'hex') || convert_to(villagefinance_entry_text(NEW), 'UTF8')\n), 'hex');\nUPDATE villagefinance_book AS b SET entries = NEW.place, head = NEW.hash\n    WHERE (b.region, b.village) = (NEW.region, NEW.village);\nRETURN NEW;\n", hash='92270117cef8b842f33c19b802d117d87a781c93', operation='INSERT', pgid='pgtrigger_entry_takes_its_place_a5816', table='villagefinance_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_has_lines', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="IF NOT EXISTS (SELECT 1 FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (NEW.region, NEW.village, NEW.year, NEW.place)) THEN PERFORM villagefinance_refuse('entry_without_lines'); END IF; RETURN NULL;", hash='a23f9eb2d2bceab4e9a4f3da9ad6b0ea1cd673ca', operation='INSERT', pgid='pgtrigger_entry_has_lines_30e2f', table='villagefinance_entry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('side__in', ['D', 'C'])), name='line_side_and_amount'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('account__regex', '^(1\\.1\\.1\\.|1\\.1\\.4$|3\\.1\\.2$|[456]\\.|7\\.1\\.)')), name='line_account_of_the_books'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__startswith', '1.1.1'), ('bank_account__isnull', False)), models.Q(models.Q(('account__startswith', '1.1.1'), _negated=True), ('bank_account__isnull', True)), _connector='OR'), name='line_money_lies_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__startswith', '7.1'), models.Q(('tax', ''), _negated=True)), models.Q(models.Q(('account__startswith', '7.1'), _negated=True), ('tax', '')), _connector='OR'), name='line_tax_has_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('activity__gt', ''), models.Q(('account__startswith', '5'), ('account', '1.1.4'), _connector='OR', _negated=True), _connector='OR'), name='line_spending_has_an_activity'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='line',
            trigger=pgtrigger.compiler.Trigger(name='line_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bdbb007f1dc51362839d9a1fb4b45ac978f97c4d', operation='UPDATE OR DELETE', pgid='pgtrigger_line_stays_dd936', table='villagefinance_line', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='line',
            trigger=pgtrigger.compiler.Trigger(name='lines_booked', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE given record; e villagefinance_entry; told record; bad record; before integer; room numeric;', func="-- All that holds of the lines of an entry, and what they come to. An entry without lines is never committed, so its\n-- lines are those of one statement, and whoever adds some holds the lock on the book that the entry took.\nFOR given IN SELECT f.region, f.village, f.year, f.place, count(*) AS lines FROM fresh AS f\n    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4\nLOOP\n    SELECT * INTO e FROM villagefinance_entry AS x\n        WHERE (x.region, x.village, x.year, x.place) = (given.region, given.village, given.year, given.place);\n\n    -- R1, and the digest that the chain covers.\n    SELECT count(*) AS lines, bool_or(l.account = '3.1.2') AS surplus, bool_or(((l.account = '1.1.1' OR starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR starts_with(l.account, '1.1.4.')) OR (l.account = '7.1' OR starts_with(l.account, '7.1.')))) AS beside,\n        sum(l.amount) FILTER (WHERE l.side = 'D') AS debit, sum(l.amount) FILTER (WHERE l.side = 'C') AS credit\n        INTO told FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place);\n    IF told.lines <> given.lines THEN PERFORM villagefinance_refuse('lines_added_later'); END IF;\n    IF told.lines < 2 THEN PERFORM villagefinance_refuse('lines_too_few'); END IF;\n    IF told.debit IS DISTINCT FROM told.credit THEN PERFORM villagefinance_refuse('entry_unbalanced'); END IF;\n    IF villagefinance_lines_digest(e.region, e.village, e.year, e.place) <> e.lines_digest THEN\n        PERFORM villagefinance_refuse('lines_differ_from_digest');\n    END IF;\n    IF e.kind = 'closing' AND told.beside OR e.kind <> 'closing' AND told.surplus THEN\n        PERFORM villagefinance_refuse('closing_of_other_accounts');\n    END IF;\n    IF e.kind = 'closing' THEN\n        IF EXISTS (SELECT 1 FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND l.line IS NOT NULL) THEN\n            PERFORM villagefinance_refuse('line_of_no_budget', json_build_object('account', '3.1.2'));\n        END IF;\n        CONTINUE;\n    END IF;\n\n    -- R2.\n    SELECT l.account INTO bad FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND (\n        NOT EXISTS (\n            SELECT 1 FROM villagefinance_account AS a WHERE (a.region, a.code) = (l.region, l.account)\n            AND a.is_leaf AND coalesce(a.closed_on > e.date, true)\n        ) OR EXISTS (\n            SELECT 1 FROM villagefinance_bankaccount AS a\n            WHERE (a.region, a.village, a.key) = (l.region, l.village, l.bank_account) AND a.closed_on <= e.date\n        ) OR l.activity <> '' AND NOT EXISTS (\n            SELECT 1 FROM villagefinance_activity AS a WHERE (a.region, a.code, a.level) = (l.region, l.activity, 3)\n        )\n    ) LIMIT 1;\n    IF FOUND THEN\n        PERFORM villagefinance_refuse('account_not_booked_on', json_build_object('account', bad.account));\n    END IF;\n    SELECT l.account INTO bad FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)\n        AND (l.line IS NOT NULL OR left(l.account, 1) IN ('4', '5', '6')) AND NOT EXISTS (\n            SELECT 1 FROM villagefinance_budgetline AS b\n            WHERE (b.region, b.village, b.year, b.key, b.account, b.fund, b.activity)\n            = (l.region, l.village, l.year, l.line, l.account, l.fund, l.activity)\n        ) LIMIT 1;\n    IF FOUND THEN\n        PERFORM villagefinance_refuse('line_of_no_budget', json_build_object('account', bad.account));\n    END IF;\n\n    IF e.kind = 'reversal' THEN\n        -- R8: a reversal takes back the whole of an entry that is none itself.\n        IF EXISTS (SELECT 1 FROM villagefinance_entry AS x WHERE x.kind = 'reversal'\n            AND (x.region, x.village, x.year, x.place) = (e.region, e.village, e.year, e.reverses)\n        ) THEN PERFORM villagefinance_refuse('reversal_of_a_reversal'); END IF;\n        IF EXISTS (\n            SELECT l.account FROM (\n                SELECT l.side, l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)\n                UNION ALL SELECT l.side, l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax FROM villagefinance_line AS l\n                WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.reverses)\n            ) AS l GROUP BY l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax\n            HAVING count(*) FILTER (WHERE l.side = 'D') <> count(*) FILTER (WHERE l.side = 'C')\n        ) OR told.lines <> (SELECT count(*) FROM villagefinance_line AS l\n            WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.reverses)\n        ) THEN PERFORM villagefinance_refuse('reversal_differs'); END IF;\n    ELSIF e.kind = 'opening' THEN\n        -- R19.\n        SELECT max(x.year) INTO before FROM villagefinance_entry AS x\n            WHERE (x.region, x.village) = (e.region, e.village) AND x.year < e.year;\n        IF before IS NOT NULL AND EXISTS (\n            SELECT 1 FROM (\n                SELECT l.account, coalesce(l.bank_account::text, nullif(l.tax, ''), l.activity) AS holder, l.fund, CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END AS moved FROM villagefinance_line AS l\n                WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND ((l.account = '1.1.1' OR starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR starts_with(l.account, '1.1.4.')) OR (l.account = '7.1' OR starts_with(l.account, '7.1.')))\n                UNION ALL SELECT p.account, p.holder, p.fund, -p.moved FROM villagefinance_cashposition AS p\n                WHERE (p.region, p.village, p.year) = (e.region, e.village, before)\n            ) AS both_years GROUP BY account, holder, fund HAVING sum(moved) <> 0\n        ) THEN PERFORM villagefinance_refuse('opening_differs'); END IF;\n    END IF;\n\n    INSERT INTO villagefinance_budgetposition AS p (region, village, year, line, month, moved)\n        SELECT e.region, e.village, e.year, l.line, extract(month FROM e.date), sum(CASE WHEN (l.side = 'D') = ((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.'))) THEN l.amount ELSE -l.amount END)\n        FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND l.line IS NOT NULL GROUP BY l.line ORDER BY l.line\n        ON CONFLICT (region, village, year, line, month) DO UPDATE SET moved = p.moved + EXCLUDED.moved;\n    INSERT INTO villagefinance_cashposition AS p (region, village, year, account, holder, fund, day, moved)\n        SELECT e.region, e.village, e.year, l.account, coalesce(l.bank_account::text, nullif(l.tax, ''), l.activity), l.fund, e.date, sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)\n        FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND ((l.account = '1.1.1' OR starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR starts_with(l.account, '1.1.4.')) OR (l.account = '7.1' OR starts_with(l.account, '7.1.'))) GROUP BY 4, 5, 6 ORDER BY 4, 5, 6\n        ON CONFLICT (region, village, year, account, holder, fund, day)\n        DO UPDATE SET moved = p.moved + EXCLUDED.moved;\n\n    -- R3: of a line of the budget there is something left, in the versions in force on the day and later.\n    FOR bad IN SELECT l.line FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND ((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.')))\n        GROUP BY l.line HAVING sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) > 0\n    LOOP\n        PERFORM villagefinance_within_budget(e.region, e.village, e.year, bad.line, e.date);\n    END LOOP;\n\n    -- R18.\n    FOR bad IN SELECT l.fund FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND (l.account = '4.2' OR starts_with(l.account, '4.2.')) AND l.side = 'C' GROUP BY l.fund\n    LOOP\n        SELECT coalesce((\n            SELECT c.amount FROM villagefinance_ceiling AS c\n            WHERE (c.region, c.village, c.year, c.fund) = (e.region, e.village, e.year, bad.fund)\n            ORDER BY c.number DESC LIMIT 1\n        ), 0) - sum(p.moved) INTO room FROM villagefinance_budgetposition AS p JOIN villagefinance_budgetline AS l\n            ON (l.region, l.village, l.year, l.key) = (p.region, p.village, p.year, p.line)\n            WHERE (p.region, p.village, p.year) = (e.region, e.village, e.year) AND l.fund = bad.fund AND (l.account = '4.2' OR starts_with(l.account, '4.2.'));\n        IF room < 0 THEN\n            PERFORM villagefinance_refuse(\n                'transfer_above_ceiling', json_build_object('fund', bad.fund, 'amount', (-room)::text)\n            );\n        END IF;\n    END LOOP;\n\n    -- R5, R6, R11, R12: on which day, from that of the entry on, is less than nothing held of what the entry has made\n    -- less of?\n    SELECT d.* INTO bad FROM (\n        SELECT c.rule, c.cell, p.day, sum(sum(c.moved)) OVER (PARTITION BY c.rule, c.cell ORDER BY p.day) AS balance\n        FROM (\n            SELECT w.rule, w.cell FROM villagefinance_line AS l,\n                LATERAL villagefinance_cells(l.account, coalesce(l.bank_account::text, nullif(l.tax, ''), l.activity), l.fund, CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) AS w\n            WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) GROUP BY 1, 2 HAVING sum(w.moved) < 0\n        ) AS fell\n        JOIN villagefinance_cashposition AS p ON (p.region, p.village, p.year) = (e.region, e.village, e.year)\n        CROSS JOIN LATERAL villagefinance_cells(p.account, p.holder, p.fund, p.moved) AS c\n        WHERE (c.rule, c.cell) = (fell.rule, fell.cell) GROUP BY 1, 2, 3\n    ) AS d WHERE d.balance < 0 AND d.day >= e.date ORDER BY d.day LIMIT 1;\n    IF FOUND THEN\n        PERFORM villagefinance_refuse(\n            bad.rule, json_build_object('of', bad.cell, 'day', bad.day, 'amount', (-bad.balance)::text)\n        );\n    END IF;\nEND LOOP;\nRETURN NULL;\n", hash='ee183ebc63f16af6cef29df5d7fa84a2f944ef29', level='STATEMENT', operation='INSERT', pgid='pgtrigger_lines_booked_7e31d', referencing='REFERENCING NEW TABLE AS fresh ', table='villagefinance_line', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='paymentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['advance', 'direct', 'financing'])), name='request_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='paymentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'checked', 'approved', 'paid', 'settled', 'refused'])), name='request_state_known'),
        ),
        migrations.AddConstraint(
            model_name='paymentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('maker', models.F('checker')), _negated=True), models.Q(('maker', models.F('approver')), _negated=True), models.Q(('checker', ''), models.Q(('checker', models.F('approver')), _negated=True), _connector='OR')), name='request_of_three_people'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['closed', 'asked', 'reopened'])), name='period_act_known'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('month__range', (1, 12))), name='period_of_a_month'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('act', 'closed'), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('act', 'asked'), models.Q(models.Q(('second', ''), _negated=True), models.Q(('second', models.F('by')), _negated=True)), _connector='OR')), _connector='OR'), name='period_reopened_by_two_with_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='period_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='40aa04e4f8e75378a2b518bff2a1289a4267bdec', operation='UPDATE OR DELETE', pgid='pgtrigger_period_stays_e472b', table='villagefinance_period', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='period_follows', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE last villagefinance_period;', func="PERFORM villagefinance_hold(NEW.region, NEW.village);\nSELECT * INTO last FROM villagefinance_period AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.month = NEW.month ORDER BY e.no DESC LIMIT 1;\nNEW.no := coalesce(last.no, 0) + 1;\nIF NEW.act = 'closed' AND last.act <> 'reopened' THEN PERFORM villagefinance_refuse('month_is_closed'); END IF;\nIF NEW.act = 'asked' AND last.act IS DISTINCT FROM 'closed' THEN PERFORM villagefinance_refuse('month_is_open'); END IF;\nIF NEW.act = 'reopened' AND last.act IS DISTINCT FROM 'asked' THEN\n    PERFORM villagefinance_refuse('reopening_not_asked');\nEND IF;\nRETURN NEW;\n", hash='91bb889707136bf9b595f97edfc862bb850f3b4e', operation='INSERT', pgid='pgtrigger_period_follows_ac6b7', table='villagefinance_period', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='remittance_positive'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remittance',
            trigger=pgtrigger.compiler.Trigger(name='remittance_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d0c9f3930e109292401890f1cf4e7ff23a701805', operation='UPDATE OR DELETE', pgid='pgtrigger_remittance_stays_15573', table='villagefinance_remittance', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='requestline',
            index=models.Index(fields=['region', 'village', 'year', 'line'], name='request_line_of_budget_line'),
        ),
        migrations.AddConstraint(
            model_name='requestline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('open__gte', 0), ('open__lte', models.F('amount'))), name='request_line_open_within_amount'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requestline',
            trigger=pgtrigger.compiler.Trigger(name='request_within_budget', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."open" > 0)', declare='DECLARE asked date;', func='-- R3 for what is promised.\nPERFORM villagefinance_hold(NEW.region, NEW.village);\nSELECT r.date INTO asked FROM villagefinance_paymentrequest AS r\n    WHERE (r.region, r.village, r.year, r.number) = (NEW.region, NEW.village, NEW.year, NEW.request);\nPERFORM villagefinance_within_budget(NEW.region, NEW.village, NEW.year, NEW.line, asked);\nRETURN NULL;\n', hash='eeddcd80fa303eb96649de54ecf95fba2319b399', operation='INSERT OR UPDATE', pgid='pgtrigger_request_within_budget_e70bd', table='villagefinance_requestline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealedbook',
            trigger=pgtrigger.compiler.Trigger(name='sealed_book_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='03454649f886f5c616e1abe7e2056a4bc201a015', operation='UPDATE OR DELETE', pgid='pgtrigger_sealed_book_stays_91eb9', table='villagefinance_sealedbook', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='withholding',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', models.F('base'))), name='withholding_of_its_base'),
        ),
        migrations.RunSQL(_functions.references()),
    ]
