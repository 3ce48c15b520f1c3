"""Forms by which evidence is added, verified and returned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import sometimes_required
from pilar.design.forms import FaultsForm
from pilar.evidence import operations
from pilar.evidence.operations import Content, HeldUpload, Link
from pilar.evidence.queries import Place
from pilar.evidence.rules import ACCEPT, MAX_LINK, MAX_TEXT, MAX_TITLE, NotKept, checked_title
from pilar.people.rules import Standing
from pilar.platform.errors import Faults

MAX_FILES = 20


class FilesInput(forms.FileInput):
    """Several files, by the camera of a phone too."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none."""

    def __init__(self, **named: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, widget=FilesInput({"accept": ACCEPT}), **named)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MAX_FILES:
            raise forms.ValidationError(_("At most %(most)s files at once"), params={"most": MAX_FILES})
        return [super(FilesField, self).clean(file, initial) for file in given]


def _limits() -> str:
    most = filesizeformat(settings.PILAR_LARGEST_FILE)
    return gettext("PDF, picture or office file without macros, at most %(most)s") % {"most": most}


TAKEN = lazy(_limits, str)()
"""The kinds and sizes of files that are taken, as a hint."""


class RevisionForm(FaultsForm):
    """A file or a link, with a note. A file that was good stays held when something else has to be mended."""

    file = sometimes_required(
        forms.FileField(
            label=_("File"),
            required=False,
            allow_empty_file=True,
            help_text=TAKEN,
            widget=forms.FileInput(attrs={"accept": ACCEPT}),
        )
    )
    link = sometimes_required(
        forms.CharField(
            label=_("Or the address of a page"),
            required=False,
            max_length=MAX_LINK,
            widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        )
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    held = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "file" in self.errors or "link" in self.errors:
            return given
        has_file = bool(given.get("file") or given.get("held"))
        if has_file and given.get("link"):
            self.add_error("link", _("Give either a file or an address, not both"))
        elif not has_file and not given.get("link"):
            self.add_error("file", _("Choose a file, or give the address of a page"))
        return given

    def take(self, *, by: Standing, region: str, office: int | None, now: datetime) -> Content | None:
        """Return what was given, ready for an operation; None when the form has to be shown again, with the file
        kept."""
        self.full_clean()
        content = self._receive(by, region, office, now)
        if not self.is_valid() or content is None:
            self.keep(content)
            return None
        return content

    def keep(self, content: Content | None) -> None:
        """Hold a file that was received, since the form is shown again."""
        if not isinstance(content, HeldUpload):
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("held")] = str(content.key)
        self.fields["file"].required = False
        self["file"].help_text = gettext("Your file is kept. Choose one only to replace it")

    def _receive(self, by: Standing, region: str, office: int | None, now: datetime) -> Content | None:
        upload = self.cleaned_data.get("file")
        if upload:
            try:
                return operations.receive(by=by, region=region, office=office, upload=upload, name=upload.name, now=now)
            except Faults as error:
                self.tell(error)
                return None
            except NotKept as error:
                self.refused = error
                self.add_error("file", error.text())
                return None
        if self.cleaned_data.get("held"):
            return HeldUpload(self.cleaned_data["held"])
        return Link(self.cleaned_data["link"]) if self.cleaned_data.get("link") else None


class EvidenceForm(RevisionForm):
    """A new piece of evidence, for one of the ``places`` in which the reader may add some."""

    title = forms.CharField(label=_("What the evidence shows"), max_length=MAX_TITLE)
    office = forms.TypedChoiceField(label=_("Belongs to"), coerce=int, empty_value=None, required=False)
    field_order = ["title", "office", "file", "link", "note", "held"]

    def __init__(self, *given: Any, places: tuple[Place, ...], **named: Any) -> None:
        super().__init__(*given, **named)
        office = self.fields["office"]
        office.choices = [("" if place.office is None else str(place.office), place.name) for place in places]
        if len(places) == 1:
            office.widget = forms.HiddenInput()
            office.initial = office.choices[0][0]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "title" in given:
            try:
                given["title"] = checked_title(given["title"])
            except Faults as error:
                self.tell(error)
        return given

    def add(self, *, by: Standing, region: str, now: datetime) -> UUID | None:
        """Add the evidence; returns its key, or None when the form has to be shown again."""
        self.full_clean()
        if "office" in self.errors:
            return None
        office = self.cleaned_data["office"]
        content = self.take(by=by, region=region, office=office, now=now)
        if content is None:
            return None
        try:
            return operations.add_evidence(
                by=by,
                region=region,
                office=office,
                title=self.cleaned_data["title"],
                content=content,
                note=self.cleaned_data["note"],
                now=now,
            )
        except Faults as error:
            self.tell(error)
            return None


class ReturnForm(FaultsForm):
    """The reason for which a version goes back to its owner."""

    reason = forms.CharField(label=_("What is missing"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2}))
