"""Questionnaires as somebody would send them: those that ship, with the paper that they rest on and what is changed."""

from __future__ import annotations

from pilar.surveys.models import FormDraft
from pilar.surveys.reference import parse, shipped_texts
from surveys.world import NOW

BASIS = "basis: {kind: letter, number: B-7/2026, dated: 2026-02-02, status: official}\nscale:"
SHIPPED = {form.code: text for text in shipped_texts() for form in (parse(text),)}


def with_basis(code: str, version: str, *changed: tuple[str, str]) -> str:
    """A shipped questionnaire as a version of its own."""
    text = SHIPPED[code].replace("\nscale:", f"\n{BASIS}", 1)
    text = text.replace(f'version: "{parse(text).version}"', f'version: "{version}"', 1)
    for old, new in changed:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


NEXT = with_basis(
    "impact-2023", "2.0", ("Informasi tentang program ini jelas.", "Informasi mudah ditemukan."),
    ("Information on this programme is clear.", "Information is found."),
)  # fmt: skip


def plant_draft() -> int:
    """A draft that somebody has sent whose account is gone."""
    form = parse(NEXT)
    return FormDraft.objects.create(
        code=form.code, version=form.version, sha256=form.fingerprint, title_id=form.title.id, title_en=form.title.en,
        document=NEXT, file="kuesioner.yaml", sent_by_name="Siti", sent_at=NOW,
    ).pk  # fmt: skip
