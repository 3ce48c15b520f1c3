from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('permits', '0011_desk_batches'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='objection',
            name='objection_once',
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case', 'about', 'thing'), name='objection_once'),
        ),
    ]
