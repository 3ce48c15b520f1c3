"""Forms of the account pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.operations import GivenDecree
from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField, sometimes_required
from pilar.design.forms import FaultsForm
from pilar.people.channels import PHONES, RHYTHM_NAMES, Channel, Rhythm, offered
from pilar.people.public import KIND_NAMES, MAX_SAID, PURPOSES, AccountKind, Side
from pilar.people.rules import ROLES, AnyRole, Reach, role_of
from pilar.platform.language import translate
from pilar.platform.units import KINDS


class LanguageForm(FaultsForm):
    """The language that pages and messages have for this account."""

    language = forms.ChoiceField(
        label=_("Pages after signing in, and messages to you, are in"),
        choices=[("id", "Bahasa Indonesia"), ("en", "English")],
    )


class ChannelsForm(FaultsForm):
    """The channels that this installation offers; a number for each chosen phone channel."""

    email = forms.BooleanField(label=_("By e-mail, to the address of my account"), required=False)
    whatsapp = forms.CharField(label=_("By WhatsApp, to this number"), required=False, max_length=30)
    sms = forms.CharField(label=_("By SMS, to this number"), required=False, max_length=30)
    rhythm = forms.TypedChoiceField(
        label=_("When new notices are sent"),
        coerce=Rhythm,
        choices=[(rhythm, _(name)) for rhythm, name in RHYTHM_NAMES.items()],
        empty_value=None,
        required=False,
        help_text=_("What is due within a day is sent at once in any case"),
    )

    def __init__(self, *arguments: Any, chosen: Mapping[Channel, str], rhythm: Rhythm, **more: Any) -> None:
        initial = {channel: number or True for channel, number in chosen.items()} | {"rhythm": rhythm}
        super().__init__(*arguments, initial=initial, **more)
        for channel in PHONES:
            self.fields[channel].widget.input_type = "tel"
            self.fields[channel].help_text = _("Leave it empty if you do not want this")
        for channel in set(Channel) - set(offered()):
            del self.fields[channel]

    def chosen(self) -> dict[Channel, str]:
        """Return what was chosen, for the operation."""
        given = {Channel(name): value for name, value in self.cleaned_data.items() if value and name != "rhythm"}
        return {channel: "" if channel is Channel.EMAIL else str(value) for channel, value in given.items()}


class TokenForm(FaultsForm):
    """A new API token."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("Such as the name of the program that will use it")
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("1 year"))],
    )


UNITS = (Reach.UNIT, Reach.PROVINCE)
"""What is held for a unit."""


class RoleForm(FaultsForm):
    """A role to give, among those that the reader may give there, from a day to a day; an office or a unit for roles
    that are held for one."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=role_of)
    office = sometimes_required(forms.TypedChoiceField(label=_("Office"), coerce=int, empty_value=None, required=False))
    unit = sometimes_required(forms.ChoiceField(label=_("Province, district, village or hospital"), required=False))
    valid_from = DayField(label=_("Held from"), required=False, help_text=_("Left empty, it is held from now on"))
    valid_until = DayField(
        label=_("Held until"),
        required=False,
        help_text=_("The last day, such as of an acting head; empty if none is set"),
    )

    def __init__(
        self,
        *arguments: Any,
        roles: Iterable[AnyRole],
        offices: Iterable[OfficeRow],
        units: Mapping[str, Mapping[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        given = tuple(roles)
        self.fields["role"].choices = [(role.value, translate(ROLES[role].name)) for role in given]
        open_offices = [(row.key, row.name) for row in offices if not row.closed]
        of_kinds = [(translate(KINDS[kind].name), [*names.items()]) for kind, names in units.items()]
        for name, reach, choices in (("office", (Reach.OFFICE,), open_offices), ("unit", UNITS, of_kinds)):
            wanted = [translate(ROLES[role].name) for role in given if ROLES[role].reach in reach]
            if wanted:
                self.fields[name].choices = [("", "–"), *choices]
                self.fields[name].help_text = _("Only for: %(roles)s") % {"roles": ", ".join(wanted)}
            else:
                del self.fields[name]

    def held_in(self, region: str | None) -> dict[str, Any]:
        """Role, place and days for an operation; an office or unit chosen for a role without one is ignored."""
        given = self.cleaned_data
        reach = ROLES[given["role"]].reach
        return {
            "role": given["role"], "region": region,
            "office": given.get("office") if reach is Reach.OFFICE else None,
            "unit": given.get("unit", "") if reach in UNITS else "",
            "valid_from": given["valid_from"], "valid_until": given["valid_until"],
        }  # fmt: skip


class EndForm(FaultsForm):
    """The last day of a role."""

    valid_until = DayField(
        label=_("Last day of the role"), required=False, help_text=_("Left empty, the role ends at once")
    )


class AccountForm(RoleForm):
    """A new account with its first role."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("A link to choose a password is sent there; it works for three days")
    )
    field_order = ["name", "email", "role"]

    def account(self, region: str | None) -> dict[str, Any]:
        """Return what was given, for an operation."""
        return {name: self.cleaned_data[name] for name in ("name", "email")} | self.held_in(region)


class RequestForm(RoleForm):
    """A requested account, with the confirmed role."""

    name = forms.CharField(label=_("Name"), max_length=200)
    field_order = ["name", "role"]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = list(self.fields["role"].choices)
        # No default, so that nobody gives the first role of the list by accident.
        if self.initial.get("role") not in dict(choices):
            self.fields["role"].choices = [("", "–"), *choices]

    def granted(self, region: str | None) -> dict[str, Any]:
        """Return what was given, for an operation."""
        return {"name": self.cleaned_data["name"]} | self.held_in(region)


class RegionForm(FaultsForm):
    """A request for an account that works for a region."""

    region = forms.CharField(
        label=_("Regency or city"), max_length=100, help_text=_("Name or code, such as Kabupaten Tangerang or 36.03")
    )
    position = forms.CharField(
        label=_("Your position and office"), max_length=MAX_SAID, help_text=_("Such as head of section, Diskominfo")
    )
    letter = forms.CharField(
        label=_("Letter of appointment"),
        max_length=MAX_SAID,
        help_text=_("Its number and day; you may be asked for it"),
    )


class NameForm(FaultsForm):
    """A person's name, corrected."""

    name = forms.CharField(label=_("Name"), max_length=200)


class OfficeForm(FaultsForm):
    """An office of a region."""

    name = forms.CharField(label=_("Name"), max_length=200)
    abbreviation = forms.CharField(label=_("Abbreviation"), max_length=40, required=False)


class DecreeForm(FaultsForm):
    """A decree about days off; ``required`` or not."""

    number = forms.CharField(label=_("Number of the decree"), max_length=100)
    made_on = DayField(label=_("Day of the decree"))
    source = forms.CharField(label=_("Where it was read"), max_length=500, help_text=_("An address, or the paper"))

    def __init__(self, *given: Any, required: bool = True, **named: Any) -> None:
        super().__init__(*given, **named)
        for field in self.fields.values():
            field.required = field.required and required

    def clean(self) -> dict[str, Any]:
        """A decree is entered whole or not at all."""
        said = dict(super().clean() or self.cleaned_data)
        empty = [name for name in DecreeForm.base_fields if not said.get(name) and name not in self.errors]
        if len(empty) < len(DecreeForm.base_fields):
            for name in empty:
                self.add_error(name, self.fields[name].error_messages["required"])
        return said

    def decree(self, area: str) -> GivenDecree | None:
        """Return the entered decree, for an area; None if nothing was entered."""
        said = self.cleaned_data
        if not said["number"]:
            return None
        return GivenDecree(said["number"], said["made_on"], said["source"], area, said.get("sets"))


class HolidayForm(DecreeForm):
    """A day off by a decree."""

    sets = forms.IntegerField(label=_("Year whose calendar it sets, if it does"), required=False)
    day = DayField(label=_("Day off"))
    name = forms.CharField(label=_("Name of the day"), max_length=100)
    joint_leave = forms.BooleanField(label=_("Joint leave (cuti bersama)"), required=False)
    area = forms.ChoiceField(label=_("Where it holds"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def sign(self) -> str:
        """Identifies the day whose effect was shown to the reader."""
        said = self.cleaned_data
        return f"{said['day']} {said['area']} {said['joint_leave']:d}"

    def show_first(self) -> None:
        """Mark the effect of the day as seen; nothing is entered yet."""
        self.data = self.data.copy()
        self.data["seen"] = self.sign


class ContactForm(FaultsForm):
    """The address to which a code is sent."""

    contact = forms.CharField(
        label=_("E-mail address or phone number"), max_length=254,
        help_text=_("Such as nama@contoh.id or 0812 3456 7890. A code of 6 digits is sent there"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip


class CodeForm(FaultsForm):
    """The received code."""

    code = forms.CharField(
        label=_("Code of 6 digits"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class OpenForm(FaultsForm):
    """A new public account, with consent to the text of a version."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    kind = forms.TypedChoiceField(label=_("The account is of"), coerce=AccountKind)
    birth_date = DayField(label=_("Date of birth"), required=False)
    consent = forms.CharField(widget=forms.HiddenInput())
    agreed = forms.BooleanField(label=_("I have read this and agree"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["kind"].choices = [(kind.value, translate(name)) for kind, name in KIND_NAMES.items()]

    def account(self) -> dict[str, Any]:
        """Return what was given, for an operation."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agreed"}


class _ProxyForm(FaultsForm):
    purpose = forms.ChoiceField(label=_("For"))
    valid_until = DayField(label=_("Last day"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["purpose"].choices = [(code, translate(name)) for code, name in PURPOSES.items()]


class GrantForm(_ProxyForm):
    """A proxy to be confirmed by the other person."""

    side = forms.TypedChoiceField(
        label=_("Who acts"), coerce=Side,
        choices=[(Side.PRINCIPAL.value, _("The other acts for me")), (Side.HOLDER.value, _("I act for the other"))],
    )  # fmt: skip
    contact = forms.CharField(label=_("E-mail address or phone number of the other"), max_length=254)
    field_order = ["side", "contact"]


class DeclareForm(_ProxyForm):
    """A declared proxy, for a person who cannot confirm it."""

    name = forms.CharField(label=_("Name of the person for whom you act"), max_length=200)
    reason = forms.CharField(
        label=_("Why the person cannot confirm it"), max_length=300,
        help_text=_("Such as: my mother has no phone and no e-mail address"),
    )  # fmt: skip
    field_order = ["name", "reason"]
