"""Forms that show what an operation refuses, and forms whose rows come and go."""

from __future__ import annotations

import pytest
from django import forms

from pilar.design.forms import FaultsForm, Rows, shown_on
from pilar.platform.errors import Fault, Faults, NotAllowed, NotFound, PilarError
from pilar.platform.versions import Outdated, Stored


class Slot(FaultsForm):
    place = forms.CharField()
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen_field = "version"


class Member(FaultsForm):
    duty = forms.CharField()
    person = forms.CharField(required=False)
    kind = forms.CharField(required=False)


class Over(PilarError):
    status = 409
    sentence = "It is over"


def slot() -> Slot:
    form = Slot({"place": "Aula", "version": "1"})
    assert form.is_valid()
    return form


def members(**named: object) -> Rows[Member]:
    return Rows(Member, "members", **named)  # type: ignore[arg-type]


SENT = {
    "members-rows": "3", "do": "save",
    "members-0-duty": "ketua", "members-1-duty": " ", "members-2-duty": "anggota", "members-2-person": "Siti",
}  # fmt: skip


def test_a_fault_is_shown_at_its_field_and_the_rest_above() -> None:
    form = slot()
    with shown_on(form):
        raise Faults([Fault("far", "Too far", {}, "place"), Fault("late", "Too late")])
    assert form.errors == {"place": ["Too far"], "__all__": ["Too late"]}
    assert form.status == 422


def test_a_wrong_state_is_a_sentence_on_the_form_with_its_status() -> None:
    form = slot()
    with shown_on(form):
        raise Over
    assert form.non_field_errors() == ["It is over"]
    assert form.status == Over.status


@pytest.mark.parametrize("closing", [NotAllowed, NotFound])
def test_what_closes_the_page_passes(closing: type[PilarError]) -> None:
    with pytest.raises(closing), shown_on(slot()):
        raise closing


def test_who_was_slower_is_told_and_has_then_seen_the_newer_version() -> None:
    form, newer = slot(), Outdated(Stored(7, by="Siti"))
    with pytest.raises(Outdated), shown_on(form):
        raise newer
    form.refuse(newer)
    assert form["version"].value() == "7"
    assert form["place"].value() == "Aula"
    assert form.status == 409


def test_rows_in_which_nothing_was_typed_do_not_count() -> None:
    rows = members()
    assert rows.judge(SENT)
    assert [form.cleaned_data["duty"] for form in rows.forms] == ["ketua", "anggota"]


def test_what_nobody_types_makes_no_row() -> None:
    sent = {"members-rows": "2", "members-0-duty": "ketua", "members-0-kind": "a", "members-1-kind": "b"}
    assert len(members(fixed=("kind",)).typed(sent)) == 1


@pytest.mark.parametrize(
    ("do", "duties"),
    [
        ("add-members", ["ketua", " ", "anggota", None]),
        ("remove-members-0", [" ", "anggota"]),
        ("add", ["ketua", " ", "anggota", None]),
        ("remove-1", ["ketua", "anggota"]),
        ("remove-9", ["ketua", " ", "anggota"]),
        ("remove", ["ketua", " ", "anggota"]),
        ("add-others", ["ketua", " ", "anggota"]),
        ("nonsense", ["ketua", " ", "anggota"]),
    ],
)
def test_buttons_add_and_remove_rows_without_judging(do: str, duties: list[str | None]) -> None:
    rows = members()
    rows.read({**SENT, "do": do})
    assert [form["duty"].value() for form in rows.forms] == duties
    assert not rows.wrong
    assert rows.status == 200


def test_there_are_never_more_rows_than_a_form_takes() -> None:
    rows = members(most=3)
    rows.read({**SENT, "do": "add"})
    assert len(rows.forms) == 3
    rows.read({**SENT, "members-rows": "9999"})
    assert len(rows.forms) == 3
    rows.read({**SENT, "members-rows": "²"})
    assert rows.forms == []


def test_a_fault_is_shown_at_its_row() -> None:
    rows, form = members(), slot()
    rows.judge(SENT)
    with shown_on(form, rows):
        raise Faults(
            [
                Fault("a", "No such duty", {}, "members.1.duty"),
                Fault("b", "Strange row", {}, "0.nothing"),
                Fault("c", "Too far", {}, "place"),
            ]
        )
    assert rows.forms[1].errors == {"duty": ["No such duty"]}
    assert rows.forms[0].non_field_errors() == ["Strange row"]
    assert form.errors == {"place": ["Too far"]}
    assert rows.status == 422


def test_rows_alone_show_the_rest_above_them() -> None:
    rows = members()
    rows.judge(SENT)
    with shown_on(rows):
        raise Faults([Fault("a", "Name at least three"), Fault("b", "No such duty", {}, "1.duty")])
    assert rows.faults == ["Name at least three"]
    assert rows.forms[1].errors == {"duty": ["No such duty"]}
    with shown_on(rows):
        raise Over
    assert rows.faults == ["Name at least three", "It is over"]
    assert rows.status == Over.status
