"""A target that is set where the evaluation says what measures would lift gives rise to a proposal."""

from django.db import migrations, models

KNOWN = ["call", "recommendation", "measure", "import"]


class Migration(migrations.Migration):

    dependencies = [
        ('masterplan', '0008_imports_by_their_door'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='proposal', name='proposal_origin_known'),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(origin__in=KNOWN), name='proposal_origin_known'),
        ),
    ]
