"""The open data of this site as catalogues that programs harvest: DCAT-AP as JSON-LD, and the answers of a CKAN.

DCAT-AP 3.0 (https://semiceu.github.io/DCAT-AP/releases/3.0.0/) and the action API of CKAN
(https://docs.ckan.org/en/2.11/api/), by which portals of Satu Data Indonesia are harvested. What is not known, such as
a licence that nobody has set, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from pilar.platform.language import Bilingual
from pilar.portal.datasets import Entry, Place

KINDS = {"csv": "text/csv", "json": "application/json"}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
MAX_FOUND = 1_000
"""Of one answer to a search, as CKAN has it."""
MAX_TAG = 100


@dataclass(frozen=True, slots=True)
class Site:
    """The publisher, as its settings name it; empty where nobody has said it."""

    address: str
    publisher: str
    contact: str
    licence: str


def site() -> Site:
    """This site, as its installation names it."""
    return Site(
        settings.SITE_ADDRESS.rstrip("/"), settings.PILAR_PUBLISHER, settings.PILAR_DATA_CONTACT,
        settings.PILAR_DATA_LICENCE,
    )  # fmt: skip


def dcat(listed: Sequence[Entry], at: Site) -> dict[str, Any]:
    """The catalogue as JSON-LD."""
    with override("id"):
        home = f"{at.address}{reverse('portal:data')}"
    agent = {"@id": f"{home}#penerbit", "@type": "foaf:Agent", "foaf:name": at.publisher}
    catalogue = {
        "@id": f"{home}#katalog",
        "@type": "dcat:Catalog",
        "dct:title": [_said("Data terbuka Pilar", "id"), _said("Open data of Pilar", "en")],
        "dct:description": [
            _said("Kumpulan data yang boleh dibaca semua orang.", "id"),
            _said("The sets of data that everybody may read.", "en"),
        ],
        "dct:publisher": {"@id": agent["@id"]},
        "dct:language": [_named(f"{_AUTHORITY}/language/{code}", "dct:LinguisticSystem") for code in ("IND", "ENG")],
        "foaf:homepage": _named(home, "foaf:Document"),
        "dcat:dataset": [{"@id": f"{home}#{entry.name}"} for entry in listed],
    }
    sets = [_set(entry, home, at, agent["@id"]) for entry in listed]
    files = [file for entry in listed for file in _files(entry, home, at)]
    return {"@context": CONTEXT, "@graph": [catalogue, agent, *sets, *files]}


def _set(entry: Entry, home: str, at: Site, publisher: str) -> dict[str, Any]:
    place = entry.place
    with override("id"):
        page = f"{at.address}{entry.address}"
    told: dict[str, Any] = {
        "@id": f"{home}#{entry.name}",
        "@type": "dcat:Dataset",
        "dct:title": _both(entry.title),
        "dct:description": _both(entry.text),
        "dct:identifier": entry.name,
        "dct:publisher": {"@id": publisher},
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "skos:prefLabel": _both(entry.source)},
        "dcat:landingPage": _named(page, "foaf:Document"),
        "dcat:keyword": [
            _said("kota cerdas", "id"),
            _said("smart city", "en"),
            *(_said(subject, "en") for subject in place.subjects),
        ],
        "dct:accrualPeriodicity": _named(f"{_AUTHORITY}/frequency/{_frequency(place)}", "dct:Frequency"),
        "dcat:distribution": [{"@id": f"{home}#{entry.name}-{kind}"} for kind in KINDS],
    }
    if place.region:
        told["dct:spatial"] = {"@type": "dct:Location", "dct:identifier": place.region, "skos:prefLabel": place.name}
    if place.since:
        span = {"dcat:startDate": place.since, "dcat:endDate": place.until}
        told["dct:temporal"] = {"@type": "dct:PeriodOfTime"} | {key: _day(day) for key, day in span.items() if day}
    if place.changed:
        told["dct:modified"] = _day(place.changed)
    if at.contact:
        told["dcat:contactPoint"] = {
            "@type": "vcard:Organization", "vcard:fn": at.publisher, "vcard:hasEmail": {"@id": f"mailto:{at.contact}"},
        }  # fmt: skip
    return told


def _files(entry: Entry, home: str, at: Site) -> Iterator[dict[str, Any]]:
    for kind, media_type in KINDS.items():
        with override("id"):
            address = f"{at.address}{entry.file(kind)}"
        told = {
            "@id": f"{home}#{entry.name}-{kind}",
            "@type": "dcat:Distribution",
            "dct:title": kind.upper(),
            "dcat:accessURL": _named(address, "dcat:Resource"),
            "dcat:downloadURL": {"@id": address},
            "dcat:mediaType": _named(f"http://www.iana.org/assignments/media-types/{media_type}", "dct:MediaType"),
            "dct:format": _named(f"{_AUTHORITY}/file-type/{kind.upper()}", "dct:MediaTypeOrExtent"),
        }
        if at.licence:
            told["dct:license"] = _named(at.licence, "dct:LicenseDocument")
        yield told


def ckan_package(entry: Entry, at: Site) -> dict[str, Any]:
    """A set as ``package_show`` of CKAN tells it."""
    place, changed = entry.place, _moment(entry.place)
    extras = {
        "source": entry.source.id, "spatial_code": place.region, "spatial_name": place.name,
        "temporal_start": place.since and place.since.isoformat(),
        "temporal_end": place.until and place.until.isoformat(), "frequency": _frequency(place),
        "synthetic": "true" if place.synthetic else "false", "title_en": entry.title.en, "notes_en": entry.text.en,
    }  # fmt: skip
    with override("id"):
        page = f"{at.address}{entry.address}"
        files = {kind: f"{at.address}{entry.file(kind)}" for kind in KINDS}
    tags = tuple(dict.fromkeys(map(_tag, ("smart-city", *place.subjects))))
    organization = {"id": "penerbit", "name": "penerbit", "title": at.publisher, "type": "organization"}
    return {
        "id": entry.name, "name": entry.name, "title": entry.title.id, "notes": entry.text.id, "type": "dataset",
        "state": "active", "private": False, "url": page, "author": at.publisher,
        "maintainer": at.publisher, "maintainer_email": at.contact or None,
        "license_id": at.licence or "notspecified", "license_url": at.licence or None,
        "metadata_modified": changed, "owner_org": organization["id"], "organization": organization,
        "tags": [{"name": tag, "display_name": tag} for tag in tags],
        "num_tags": len(tags), "groups": [],
        "extras": [{"key": key, "value": value} for key, value in extras.items() if value],
        "resources": [
            {
                "id": f"{entry.name}-{kind}", "package_id": entry.name, "name": kind.upper(), "format": kind.upper(),
                "mimetype": media_type, "url": files[kind], "url_type": None,
                "last_modified": changed, "position": position, "state": "active",
            }
            for position, (kind, media_type) in enumerate(KINDS.items())
        ],
        "num_resources": len(KINDS),
    }  # fmt: skip


def matching(listed: Sequence[Entry], text: str) -> list[Entry]:
    """The sets with all these words in name, title or description; ``*:*`` is everything, as for CKAN."""
    words = [] if text == "*:*" else text.casefold().split()
    return [
        entry for entry in listed
        if all(word in f"{entry.name} {entry.title.id} {entry.title.en} {entry.text.id}".casefold() for word in words)
    ]  # fmt: skip


def _tag(text: str) -> str:
    """The text as CKAN takes it for a tag: letters, digits, blanks and ``-_.``, at most a hundred."""
    return re.sub(r"[^\w \-.]", "-", text)[:MAX_TAG]


def _frequency(place: Place) -> str:
    return "IRREG" if place.changed and place.until else "CONT"


def _moment(place: Place) -> str | None:
    return place.changed.isoformat() if place.changed else None


def _day(day: date) -> Mapping[str, str]:
    kind = "dateTime" if isinstance(day, datetime) else "date"
    return {"@value": day.isoformat(), "@type": f"xsd:{kind}"}


def _named(address: str, kind: str) -> Mapping[str, str]:
    return {"@id": address, "@type": kind}


def _said(text: str, language: str) -> Mapping[str, str]:
    return {"@value": text, "@language": language}


def _both(text: Bilingual) -> list[Mapping[str, str]]:
    return [_said(text.id, "id"), _said(text.en, "en")]
