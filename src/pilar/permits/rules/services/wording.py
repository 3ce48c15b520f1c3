"""Placeholders in the text of a permit: names in braces, from a published list. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from pilar.permits.rules.services.definition import Service
from pilar.platform.errors import Fault
from pilar.platform.language import N_

FACTS: Mapping[str, str] = {
    "number": N_("Number of the permit"), "holder": N_("To whom it is granted"),
    "address": N_("Address of the holder"), "place": N_("Place of the permit"), "issued": N_("Day of issue"),
    "valid_until": N_("Last day on which it holds"), "service": N_("Name of the service"),
    "region": N_("Name of the region"),
}  # fmt: skip
"""Names that the text of every permit may use, besides the keys of fields; a fact takes precedence over a field of the
same name."""
MAX_TITLE = 200
_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def names(text: str) -> tuple[str, ...]:
    """List the names in a text."""
    return tuple(_NAMED.findall(text))


def filled(paragraphs: Collection[str], facts: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs filled with these facts; paragraphs whose names are all empty are left out."""
    return tuple(
        _NAMED.sub(lambda match: facts.get(match[1], ""), paragraph)
        for paragraph in paragraphs if not names(paragraph) or any(facts.get(name) for name in names(paragraph))
    )  # fmt: skip


def wording_faults(service: Service) -> Iterator[Fault]:
    """List the unknown names in the text of the document, and empty braces, each at its part."""
    if service.document is None:
        return
    if len(service.document.title) > MAX_TITLE:
        sentence = N_("The title has at most %(most)s characters")
        yield Fault("long-title", sentence, {"most": MAX_TITLE}, "document.title")
    if "{" in service.document.title or "}" in service.document.title:
        yield Fault("stray-brace", N_("The title names nothing: leave the braces out"), {}, "document.title")
    fields = {field.key for field in service.fields}
    for part, paragraphs in service.document.texts.items():
        for number, paragraph in enumerate(paragraphs, 1):
            for name in names(paragraph):
                if name not in FACTS and name not in fields:
                    sentence = N_("Paragraph %(number)s names “%(name)s”, which neither the permit nor the form has")
                    yield Fault("unknown-name", sentence, {"number": number, "name": name}, f"document.{part}")
            if set("{}") & set(_NAMED.sub("", paragraph)):
                sentence = N_("Paragraph %(number)s has a brace that names nothing: write {number}, for example")
                yield Fault("stray-brace", sentence, {"number": number}, f"document.{part}")
    for name in service.document.answers:
        if name not in fields:
            sentence = N_("The form has no field “%(name)s”")
            yield Fault("unknown-field", sentence, {"name": name}, "document.answers")
