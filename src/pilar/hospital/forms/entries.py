"""Forms for the master data of a hospital; their fields are the columns of ``rules.entries``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.hospital.rules.entries import LONGEST, MAX_HFIS, Entry


def _text(label: Any, most: int, said: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=said)


class HospitalForm(FaultsForm):
    name = _text(_("Name"), LONGEST[Entry.HOSPITAL]["name"], required=True)
    address = _text(_("Address"), LONGEST[Entry.HOSPITAL]["address"])
    ppk = _text(_("Code at BPJS (PPK)"), 12)
    organization = _text(_("Number at SATUSEHAT (organization)"), 12, _("Without it no visit is told to SATUSEHAT"))


class ClinicForm(FaultsForm):
    name = _text(_("Name"), LONGEST[Entry.CLINIC]["name"], required=True)
    code = _text(_("Code in addresses"), 20, _("Small letters and hyphens, such as gigi-anak"), required=True)
    prefix = _text(_("Letters before its numbers"), 3, _("Such as A: numbers are then A-001, A-002"), required=True)
    kind = _text(
        _("Kind"), 20,
        _("Clinics of one kind share what is expected of a visit while they have no records: umum, bedah, khusus …"),
        required=True,
    )  # fmt: skip
    poli = _text(_("Code at BPJS"), 4)
    subspecialty = _text(_("Code of the subspecialty at BPJS"), 4)
    fingerprint = forms.BooleanField(label=_("BPJS asks for a fingerprint here"), required=False)
    discreet = forms.BooleanField(label=_("Its name reveals a disease"), required=False)
    group = _text(
        _("What boards and messages call it then"), LONGEST[Entry.CLINIC]["group"],
        _("A name that several clinics share, such as Poli Terpadu"),
    )  # fmt: skip


class DoctorForm(FaultsForm):
    name = _text(_("Name"), LONGEST[Entry.DOCTOR]["name"], required=True)
    hfis = forms.IntegerField(label=_("Number at HFIS (BPJS)"), min_value=1, max_value=MAX_HFIS, required=False)
    practitioner = _text(
        _("Number at SATUSEHAT (practitioner)"), 16, _("Without it visits of this doctor are not told to SATUSEHAT")
    )
    ended_on = DayField(
        label=_("Last day in this hospital"), required=False,
        help_text=_("Later sessions that nobody has booked are then gone; the others stand in the list of schedules"),
    )  # fmt: skip


class RoomForm(FaultsForm):
    name = _text(_("Name"), LONGEST[Entry.ROOM]["name"], required=True)


FORMS: Mapping[Entry, type[FaultsForm]] = {
    Entry.HOSPITAL: HospitalForm, Entry.CLINIC: ClinicForm, Entry.DOCTOR: DoctorForm, Entry.ROOM: RoomForm
}  # fmt: skip
