"""One word for one thing in what people read in Indonesian."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django import forms
from django.template.defaultfilters import filesizeformat
from django.test import Client
from django.utils import translation

from evaluation.cycle.agreed import LATER, agree, approve
from evaluation.cycle.test_results_pages import PUBLIC, RESULTS, signed_in, text
from evaluation.cycle.world import CODE, NOW, World
from pilar.evaluation import operations
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR, shown_name
from pilar.platform.language import ROOMS

UNWANTED = (r"[Kk]ampanye", r"\b[Tt]ahap I+\b", r"\b[Ff]ase\b", r"\bbita\b", r"\bConsole\b")


@pytest.mark.parametrize(
    "catalogue", sorted(ROOMS.glob("*/locale/id/LC_MESSAGES/django.po")), ids=lambda p: p.parts[-5]
)
def test_no_translation_uses_another_word(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        said = [one.string if isinstance(one.string, str) else one.string[0] for one in read_po(file) if one.id]
    assert [text for text in said if any(re.search(word, text) for word in UNWANTED)] == []


def test_django_says_it_in_good_indonesian() -> None:
    with translation.override("id"):
        with pytest.raises(forms.ValidationError) as refused:
            forms.IntegerField().clean("dua")
        assert refused.value.messages == ["Masukkan bilangan bulat."]
        assert filesizeformat(12) == "12\xa0byte"
    with translation.override("en"):
        assert filesizeformat(12) == "12\xa0bytes"


def test_what_the_server_did_is_said_in_the_readers_language(world: World) -> None:
    agree(world)
    operations.compute_results(by=OPERATOR, campaign=CODE, phase=1, now=NOW)
    approve(world)
    operations.move_phase(by=OPERATOR, campaign=CODE, phase=1, target=PhaseState.OBJECTION, now=LATER)
    for address in (RESULTS, f"{RESULTS}versi/1/", f"/kerja/periode/{CODE}/"):
        page = text(signed_in(world, "secretariat"), address)
        assert "konsol pengelola" in page
        assert "Console" not in page
    with translation.override("id"):
        assert shown_name("Ani Console") == "Ani Console", "the name of a person stays"


def test_the_public_page_names_no_console(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    operations.compute_results(by=OPERATOR, campaign=CODE, phase=1, now=NOW)
    approve(world)
    operations.publish_results(
        by=OPERATOR, campaign=CODE, phase=1, version=1, letter_number="B-1", letter_date=NOW.date(), now=LATER
    )
    assert "Console" not in text(Client(), PUBLIC)
