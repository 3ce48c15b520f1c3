"""Forms of a case: the applicant, its documents, and what officers do with it. ``given()`` returns the arguments of an
operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, sometimes_required
from pilar.design.forms import FaultsForm, OnceForm
from pilar.evidence.forms import TAKEN
from pilar.evidence.rules import ACCEPT
from pilar.permits.operations import Checked, Minutes, Person
from pilar.permits.operations.absences import RELATIONS
from pilar.permits.queries.rows import CaseDetail
from pilar.permits.reference.reasons import Why, reasons
from pilar.permits.rules.cases import OUTCOMES, Finding, Outcome
from pilar.permits.rules.objections import OBJECTIONS, About, ObjectionState
from pilar.permits.rules.persons import ASKED
from pilar.platform.language import translate

LETTER = "letter"
"""The hidden field that identifies the letter shown to the officer."""
AREA = forms.Textarea(attrs={"rows": 4})


def _later(place: str, most: int, hint: Any = "", **attrs: str) -> forms.CharField:
    """Fields about the applicant that a draft may leave empty."""
    named = {"label": gettext_lazy(ASKED[place]), "help_text": hint, "max_length": most}
    return sometimes_required(forms.CharField(required=False, widget=forms.TextInput(attrs=attrs), **named))


class Given(FaultsForm):
    """A form whose fields are the arguments of an operation."""

    def __init__(self, data: QueryDict | None = None, *, row: CaseDetail | None = None, **named: Any) -> None:
        super().__init__(data, **named)
        self.row = row
        if row is not None:
            self.fit(row)

    def fit(self, row: CaseDetail) -> None:
        """Make the choices fit a case."""

    def given(self) -> Mapping[str, Any]:
        """The arguments, if the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != LETTER}


class PersonForm(FaultsForm):
    """The applicant, with the version of the draft that the reader saw. Everything is required when the case is
    sent."""

    seen_field = "version"
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": "case-version"}))
    name = _later("name", 200)
    identity = _later("identity", 20, _("A NIK has 16 digits, a NIB 13"), inputmode="numeric", autocomplete="off")
    phone = _later("phone", 30, inputmode="tel")
    email = forms.CharField(
        label=_("E-mail, if word of the application is to go there"), max_length=200, required=False,
        widget=forms.EmailInput,
    )  # fmt: skip
    address = _later("address", 300)

    def keep_version(self) -> None:
        """Ask for nothing of the applicant."""
        self.fields = {"version": self.fields["version"]}

    @property
    def person(self) -> Person:
        """The applicant as typed, as far as it can be stored."""
        return Person(**{field.name: self.cleaned_data.get(field.name, "") for field in fields(Person)})


class AppointmentForm(Given):
    day = DayField(label=_("Day"))
    hour = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("Place"), max_length=200)


class ObjectionForm(Given):
    about = forms.ChoiceField(label=_("What you object to"))
    text = forms.CharField(label=_("Why you object"), max_length=4000, widget=AREA)
    file = forms.FileField(
        label=_("Document that shows it (PDF or photograph)"), required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )  # fmt: skip

    def fit(self, row: CaseDetail) -> None:
        self.fields["about"].choices = [(ground.about.value, ground.name) for ground in row.grounds]

    def given(self) -> Mapping[str, Any]:
        return {**super().given(), "about": About(self.cleaned_data["about"])}


class ObjectionAnswerForm(Given):
    outcome = forms.ChoiceField(
        label=_("Answer"), widget=forms.RadioSelect,
        choices=[(move.target.value, gettext_lazy(move.name)) for move in OBJECTIONS.all],
    )  # fmt: skip
    answer = forms.CharField(label=_("Explain it"), max_length=4000, widget=AREA)

    def given(self) -> Mapping[str, Any]:
        return {**super().given(), "outcome": ObjectionState(self.cleaned_data["outcome"])}


class FileForm(FaultsForm):
    file = forms.FileField(label=_("Document"), help_text=TAKEN, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    valid_until = DayField(label=_("Valid until, where it expires"), required=False)


class TransferForm(FaultsForm):
    proxy = forms.TypedChoiceField(label=_("Who acts for you"), coerce=int)
    file = forms.FileField(
        label=_("Letter that says so (surat kuasa)"), widget=forms.FileInput(attrs={"accept": ACCEPT})
    )


class TextForm(Given):
    text = forms.CharField(label=_("Write it here"), max_length=4000, widget=AREA)


class MessageForm(OnceForm):
    text = forms.CharField(label=_("Write it here"), max_length=4000, widget=AREA)


class ReturnForm(Given):
    """Refused documents are added to the list automatically."""

    text = forms.CharField(label=_("What is wrong in the answers"), max_length=300, required=False, widget=AREA)

    def given(self) -> Mapping[str, Any]:
        text = self.cleaned_data["text"]
        return {"findings": [Finding("answer", text=text)] if text else []}


def _outcomes() -> list[tuple[str, Any]]:
    kinds = (Outcome.AGREED, Outcome.CONDITIONS, Outcome.REFUSED)
    return [("", _("Choose")), *((kind.value, translate(OUTCOMES[kind])) for kind in kinds)]


class OutcomeForm(Given):
    outcome = forms.ChoiceField(label=_("Result"), choices=_outcomes)
    text = forms.CharField(label=_("Explain it"), max_length=4000, widget=AREA)
    conditions = forms.CharField(label=_("Conditions, if there are any"), max_length=4000, required=False, widget=AREA)

    def given(self) -> Mapping[str, Any]:
        return {**super().given(), "outcome": Outcome(self.cleaned_data["outcome"])}


class DecisionForm(OutcomeForm):
    reason = forms.ChoiceField(label=_("Reason of a refusal"), required=False, choices=lambda: _reasons(Why.REFUSE))

    def fit(self, row: CaseDetail) -> None:
        if not row.refusable:
            del self.fields["reason"]
            self.fields["outcome"].choices = [outcome for outcome in _outcomes() if outcome[0] != Outcome.REFUSED]


class VisitForm(Given):
    day = DayField(label=_("Day of the visit"))
    found = forms.CharField(label=_("What was found"), max_length=4000, widget=AREA)
    present = forms.CharField(label=_("Who signs for the applicant"), max_length=200)
    agreed = forms.BooleanField(label=_("They agree with these minutes"), required=False)
    remarks = forms.CharField(label=_("Their remarks"), max_length=4000, required=False, widget=AREA)

    def given(self) -> Mapping[str, Any]:
        return {"minutes": Minutes(**super().given())}


class SignMinutesForm(Given):
    answer = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect,
        choices=[("yes", _("I agree with these minutes")), ("no", _("I do not agree with these minutes"))],
    )  # fmt: skip
    remarks = forms.CharField(
        label=_("Your remarks; say here what is not right"), max_length=4000, required=False, widget=AREA
    )

    def given(self) -> Mapping[str, Any]:
        return {"agreed": self.cleaned_data["answer"] == "yes", "remarks": self.cleaned_data["remarks"]}


class BackForm(Given):
    to = forms.ChoiceField(label=_("To which stage"))
    reason = forms.ChoiceField(label=_("Reason"))
    text = forms.CharField(label=_("What has to be done"), max_length=4000, required=False, widget=AREA)

    def fit(self, row: CaseDetail) -> None:
        keys = {key for stage in row.stages if stage.mine for key in stage.stage.returns}
        names = {stage.key: str(stage.name) for stage in row.service.stages}
        self.fields["to"].choices = [(key, names[key]) for key in names if key in keys]
        self.fields["reason"].choices = _reasons(Why.SEND_BACK)


class StopForm(Given):
    reason = forms.ChoiceField(label=_("Reason"))
    documents = forms.MultipleChoiceField(
        label=_("Documents that are missing"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("What else the applicant has to say or do"), max_length=300, required=False, widget=AREA
    )
    until = DayField(label=_("The stop ends at the latest on"))

    def fit(self, row: CaseDetail) -> None:
        self.fields["reason"].choices = _reasons(Why.STOP)
        self.fields["documents"].choices = [
            (requirement.key, str(requirement.name)) for requirement in row.service.requirements
        ]

    def given(self) -> Mapping[str, Any]:
        findings = [Finding("missing", requirement=requirement) for requirement in self.cleaned_data["documents"]]
        if text := self.cleaned_data["text"]:
            findings.append(Finding("answer", text=text))
        return {"reason": self.cleaned_data["reason"], "until": self.cleaned_data["until"], "findings": findings}


class ChecksForm(Given):
    """A line for each document: accepted, or why not."""

    def fit(self, row: CaseDetail) -> None:
        choices = [("", _("Not yet checked")), ("accepted", _("Accepted")), *_reasons(Why.FINDING)[1:]]
        for file in row.files:
            if file.key:
                first = file.reason or ("accepted" if file.state == "accepted" else "")
                self.fields[f"file-{file.key}"] = forms.ChoiceField(
                    label=file.name, choices=choices, required=False, initial=first
                )
                self.fields[f"told-{file.key}"] = forms.CharField(
                    label=_("Remark for the applicant"), max_length=300, required=False, initial=file.told
                )

    def given(self) -> Mapping[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name.startswith("file-") and value}
        checked = [
            Checked(int(name[5:]), "" if value == "accepted" else value, self.cleaned_data[f"told-{name[5:]}"])
            for name, value in said.items()
        ]
        return {"checked": checked}

    def line(self, key: int) -> tuple[forms.BoundField, forms.BoundField] | None:
        """The two fields of a document."""
        return (self[f"file-{key}"], self[f"told-{key}"]) if f"file-{key}" in self.fields else None


class AbsenceForm(FaultsForm):
    """An officer who is away, in one role: ``17:permit_head``."""

    who = forms.ChoiceField(label=_("Who is away"))
    deputy = forms.TypedChoiceField(label=_("Who acts for them"), coerce=int)
    since = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))


class RelativeForm(FaultsForm):
    identity = forms.CharField(
        label=_("NIK, or NIB of a business"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    relation = forms.ChoiceField(
        label=_("Whose"), choices=[("", _("Choose")), *((key, gettext_lazy(name)) for key, name in RELATIONS.items())]
    )


class BeginForm(OnceForm):
    """``account``: the person a citizen applies for, if they act for others; ``applicant`` and ``proxy`` are only used
    at the counter."""

    account = forms.TypedChoiceField(label=_("For whom you apply"), coerce=int)
    applicant = forms.ChoiceField(label=_("Who applies"))
    kind = forms.ChoiceField(label=_("Kind of application"))
    proxy = forms.BooleanField(label=_("Somebody else has come for them (with a surat kuasa)"), required=False)

    def ask(self, **choices: Sequence[tuple[object, str]]) -> None:
        """Leave out fields that have only one choice."""
        for name, options in choices.items():
            if len(options) > 1:
                self.fields[name].choices = options
            else:
                del self.fields[name]


def _reasons(why: Why) -> list[tuple[str, Any]]:
    return [("", _("Choose")), *((reason.code, str(reason.name)) for reason in reasons(why).values())]
