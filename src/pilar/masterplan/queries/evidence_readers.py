"""Readers of evidence besides its region and the secretariat: the public, for regulations in force."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from pilar.masterplan.models import Version
from pilar.masterplan.rules.stages import LAW
from pilar.people.rules import Standing


def law(scope: Standing) -> Q:
    """The files of the regulations that set plans, for anybody; the condition is on Revision (adr/0007)."""
    return Q(Exists(Version.objects.filter(decree_file=OuterRef("evidence"), state__in=list(LAW))))
