"""All of the room as it stood when its first 16 migrations became one (docs/adr/0022)."""

from django.db import migrations

from pilar.people.migrations import _accounts, _public, _requests
from pilar.platform.squashed import First, replaced


class Migration(migrations.Migration):
    initial = True
    replaces = replaced(
        "people",
        """
        0001_initial 0002_notices_and_tokens 0003_names_by_reference 0004_limits_of_signing_in 0005_notice_channels
        0006_units_and_days_of_roles 0007_public_accounts 0008_roles_of_village_finance 0009_two_keys_of_roles
        0010_roles_of_permits 0011_roles_of_hospitals 0012_account_request 0013_request_of_a_region 0014_digest_rhythm
        0015_roles_of_signatories_and_auditors 0016_roles_of_provinces
    """,
    )
    dependencies = [
        ("areas", "0001_squashed_0003"),
        ("platform", "0001_squashed_0009"),
    ]
    operations = [First(_accounts, _public, _requests)]
