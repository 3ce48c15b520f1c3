"""The plans of all regions, for those who oversee them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pilar.masterplan.models import Version
from pilar.masterplan.queries.rows import state_on
from pilar.masterplan.queries.scoping import readable_versions
from pilar.masterplan.rules.stages import VersionState
from pilar.people.rules import Standing


def plans_by_region(*, scope: Standing, today: date) -> Mapping[str, Mapping[str, str | date | None]]:
    """Return by region the state of the newest version ``today``, and the last day of a plan in force. One query."""
    plans: dict[str, dict[str, str | date | None]] = {}
    rows = Version.objects.filter(readable_versions(scope)).order_by("region", "opened_at", "number")
    for region, state, since, until in rows.values_list("region", "state", "in_force_since", "in_force_until"):
        said = plans.setdefault(region, {"state": "", "until": None})
        said["state"] = state_on(today, VersionState(state), since, until)
        if since is not None and since <= today <= until:
            said["until"] = until
    return plans
