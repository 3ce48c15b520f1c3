"""The catalogue tools find what is missing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pilar
from pilar.config import messages

SOURCE = Path(pilar.__file__).parent


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    room = tmp_path / "hall"
    (room / "templates").mkdir(parents=True)
    (room / "__init__.py").write_text("")
    (room / "rules.py").write_text(
        'from x import N_, Fault\nA = N_("Door %(name)s is shut")\nB = Fault("code", "No key", {})\n'
    )
    (room / "templates" / "page.html").write_text(
        "{% load i18n %}<c-x title=\"{% translate 'Key' %}\">{{ _('Lamp') }}</c-x>"
        "{% blocktranslate with n=name %}Hello {{ n }}{% endblocktranslate %}"
        "{% blocktranslate count n=n %}One room{% plural %}{{ n }} rooms{% endblocktranslate %}"
        '{% translate "May" context "month" %}'
    )
    monkeypatch.setattr(messages, "ROOMS", tmp_path)
    monkeypatch.setattr("pilar.platform.language.ROOMS", tmp_path)
    return room


def test_every_kind_of_string_is_found(house: Path) -> None:
    found = {messages._key(message) for message in messages.extracted(house) if message.id}
    assert found == {"Door %(name)s is shut", "No key", "Key", "Lamp", "Hello %(n)s", "One room", "May"}


def test_missing_then_complete_then_left_over(house: Path) -> None:
    assert len(messages.update()) == 7
    path = messages.po_file(house)
    text = path.read_text()
    for source, translated in [
        ("Door %(name)s is shut", "Pintu %(name)s tertutup"), ("No key", "Tidak ada kunci"), ("Key", "Kunci"),
        ("Lamp", "Lampu"), ("Hello %(n)s", "Halo %(n)s"),
    ]:  # fmt: skip
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{translated}"')
    text = text.replace('msgid "May"\nmsgstr ""', 'msgid "May"\nmsgstr "Mei"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s kamar"')
    path.write_text(text)
    assert messages.faults() == []
    assert messages.update() == []
    assert path.with_suffix(".mo").exists()
    (house / "rules.py").write_text("")
    assert messages.faults() == ["hall: left over: 'Door %(name)s is shut'", "hall: left over: 'No key'"]


def test_other_fields_in_the_translation_are_a_fault(house: Path) -> None:
    messages.update()
    path = messages.po_file(house)
    path.write_text(
        path.read_text().replace(
            'msgid "Door %(name)s is shut"\nmsgstr ""', 'msgid "Door %(name)s is shut"\nmsgstr "Pintu"'
        )
    )
    assert "hall: other fields in the translation of 'Door %(name)s is shut'" in messages.faults()


def test_no_sentence_hides_inside_an_f_string() -> None:
    """Babel does not look there, so such a sentence would stay English without anybody noticing."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in SOURCE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
        and any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(call))
    ]
    assert hidden == []
