from django.db import migrations, models
from django.db.models import Q

AT_ONCE = "at_once"


class Migration(migrations.Migration):
    dependencies = [("people", "0013_request_of_a_region")]

    operations = [
        migrations.AddField("user", "digest", models.CharField(max_length=8, default=AT_ONCE)),
        migrations.AddField("user", "digest_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(condition=Q(digest__in=[AT_ONCE, "daily", "weekly"]), name="user_digest_known"),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=Q(digest=AT_ONCE, digest_at=None) | ~Q(digest=AT_ONCE) & Q(digest_at__isnull=False),
                name="user_digest_has_its_time",
            ),
        ),
    ]
