"""The list of evidence, as pages of all rooms show it (``<c-evidence-list>``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilar.areas.reference import local
from pilar.design.tables import Column, Table

EVIDENCE = Table(
    _("Evidence"),
    Column("title", _("What the evidence shows")),
    Column("number", _("Version"), on_page=False),
    Column("office_name", _("Office"), on_page=False),
    Column("note", _("Note"), on_page=False),
    Column("file", _("File or address"), lambda row: row.link or row.file_name),
    Column("added", _("Added"), lambda row: local(row.uploaded_at, row.region_code)),
    Column("uploader", _("Added by"), on_page=False),
    Column("state", _("State"), lambda row: row.verification_name),
)
