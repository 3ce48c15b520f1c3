"""Readers of evidence besides its region and the secretariat: everybody may read the text of a regulation that is
law."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from pilar.masterplan.models import Version
from pilar.masterplan.rules.stages import LAW
from pilar.people.rules import Standing


def law(scope: Standing) -> Q:
    """Return the condition on Revision (adr/0007) for the files of regulations that set plans, open to anybody."""
    return Q(Exists(Version.objects.filter(decree_file=OuterRef("evidence"), state__in=list(LAW))))
