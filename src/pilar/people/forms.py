"""Forms of the account pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.design.forms import FaultsForm
from pilar.people.channels import PHONES, Channel, offered
from pilar.people.rules import ROLES, Reach, Role
from pilar.platform.language import translate


class LanguageForm(FaultsForm):
    """The language that pages and messages have for this account."""

    language = forms.ChoiceField(
        label=_("Pages after signing in, and messages to you, are in"),
        choices=[("id", "Bahasa Indonesia"), ("en", "English")],
    )


class ChannelsForm(FaultsForm):
    """The channels that this installation offers; a number for each phone channel that is wanted."""

    email = forms.BooleanField(label=_("By e-mail, to the address of my account"), required=False)
    whatsapp = forms.CharField(label=_("By WhatsApp, to this number"), required=False, max_length=30)
    sms = forms.CharField(label=_("By SMS, to this number"), required=False, max_length=30)

    def __init__(self, *arguments: Any, chosen: Mapping[Channel, str], **more: Any) -> None:
        initial = {one: number or True for one, number in chosen.items()}
        super().__init__(*arguments, initial=initial, **more)
        for channel in PHONES:
            self.fields[channel].widget.input_type = "tel"
            self.fields[channel].help_text = _("Leave it empty if you do not want this")
        for channel in set(Channel) - set(offered()):
            del self.fields[channel]

    def chosen(self) -> dict[Channel, str]:
        """What was chosen, for the operation."""
        given = {Channel(name): value for name, value in self.cleaned_data.items() if value}
        return {one: "" if one is Channel.EMAIL else str(value) for one, value in given.items()}


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


class RoleForm(FaultsForm):
    """A role to give, among those that the reader may give there; an office for roles that are held for one."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=Role)
    office = forms.TypedChoiceField(
        label=_("Office"), coerce=int, empty_value=None, required=False, help_text=_("For a contributor only")
    )

    def __init__(self, *arguments: Any, roles: Iterable[Role], offices: Iterable[OfficeRow], **more: Any) -> None:
        super().__init__(*arguments, **more)
        given = tuple(roles)
        self.fields["role"].choices = [(role.value, translate(ROLES[role].name)) for role in given]
        if any(ROLES[role].reach is Reach.OFFICE for role in given):
            open_offices = [(row.key, row.name) for row in offices if not row.closed]
            self.fields["office"].choices = [("", "–"), *open_offices]
        else:
            del self.fields["office"]

    def held_in(self, region: str | None) -> dict[str, Any]:
        """Role, region and office for an operation; an office chosen for a role that has none does not count."""
        role = self.cleaned_data["role"]
        office = self.cleaned_data.get("office") if ROLES[role].reach is Reach.OFFICE else None
        return {"role": role, "region": region, "office": office}


class AccountForm(RoleForm):
    """A new account with its first role."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("A link to choose a password is sent there; it works for three days")
    )
    field_order = ["name", "email", "role", "office"]

    def account(self, region: str | None) -> dict[str, Any]:
        """What was given, for an operation."""
        return {name: self.cleaned_data[name] for name in ("name", "email")} | self.held_in(region)


class NameForm(FaultsForm):
    """A person's name, corrected."""

    name = forms.CharField(label=_("Name"), max_length=200)


class OfficeForm(FaultsForm):
    """An office of a region."""

    name = forms.CharField(label=_("Name"), max_length=200)
    abbreviation = forms.CharField(label=_("Abbreviation"), max_length=40, required=False)
