"""The catalogue of open data: everything in it can be fetched, and it has what DCAT-AP and CKAN ask for."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from pilar.portal import datasets
from pilar.portal.catalogue import CONTEXT, ckan_package, site
from pilar.portal.datasets import SETS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

MANDATORY = {
    "dcat:Catalog": ("dct:title", "dct:description", "dct:publisher", "dcat:dataset"),
    "dcat:Dataset": ("dct:title", "dct:description"),
    "dcat:Distribution": ("dcat:accessURL",),
    "foaf:Agent": ("foaf:name",),
}
"""By DCAT-AP 3.0.0, of the classes that the catalogue has."""
LINKS = ("dcat:dataset", "dcat:distribution", "dct:publisher")


def faults_of(told: dict[str, Any]) -> list[str]:
    """What a catalogue lacks: a mandatory property, a node that a link names, a prefix, a language of a text."""
    nodes, faults = {node["@id"]: node for node in told["@graph"]}, list[str]()
    for key, node in nodes.items():
        faults += [f"{key} {name}" for name in MANDATORY[node["@type"]] if not node.get(name)]
        for name, value in node.items():
            values = value if isinstance(value, list) else [value]
            if not name.startswith("@") and name.partition(":")[0] not in told["@context"]:
                faults.append(f"{key} {name}: no such prefix")
            if name in LINKS:
                faults += [f"{key} {name}: {one['@id']}" for one in values if one["@id"] not in nodes]
            if name in ("dct:title", "dct:description") and isinstance(value, list):
                faults += [f"{key} {name}"] if {one["@language"] for one in values} != {"id", "en"} else []
    return faults


def catalogue(client: Client) -> dict[str, Any]:
    answer = client.get("/data/katalog.jsonld")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json")
    told = json.loads(answer.content)
    assert isinstance(told, dict)
    return told


def test_the_catalogue_has_all_that_dcat_ap_asks_for(client: Client) -> None:
    told = catalogue(client)
    assert told["@context"] == CONTEXT
    assert {node["@type"] for node in told["@graph"]} == set(MANDATORY)
    assert faults_of(told) == []


@pytest.mark.parametrize("kind", MANDATORY)
def test_the_check_finds_what_is_missing(client: Client, kind: str) -> None:
    for name in MANDATORY[kind]:
        told = catalogue(client)
        broken = next(node for node in told["@graph"] if node["@type"] == kind)
        del broken[name]
        assert faults_of(told) == [f"{broken['@id']} {name}"]


def test_each_file_of_the_catalogue_is_there_with_its_columns(client: Client) -> None:
    files = [node for node in catalogue(client)["@graph"] if node["@type"] == "dcat:Distribution"]
    assert files
    for node in files:
        address = node["dcat:downloadURL"]["@id"].removeprefix("http://localhost:8000")
        answer = client.get(address)
        assert answer.status_code == 200, address
        slug = address.split("/")[2].split(".")[0]
        names = [field.name for field in SETS[slug].fields]
        if address.endswith(".csv"):
            head, *rows = csv.reader(io.StringIO(answer.content.decode()))
            assert (head, bool(rows)) == (names, True)
        else:
            rows_told = json.loads(answer.content)
            assert list(rows_told[0]) == names


def test_ckan_lists_shows_and_finds(client: Client) -> None:
    names = client.get("/api/3/action/package_list").json()["result"]
    assert "hasil-dinyatakan" in names
    shown = client.get("/api/3/action/package_show", {"id": "hasil-dinyatakan"}).json()["result"]
    assert [one["format"] for one in shown["resources"]] == ["CSV", "JSON"]
    assert client.get(shown["resources"][0]["url"].removeprefix("http://localhost:8000")).status_code == 200
    found = client.get("/api/3/action/package_search", {"q": "*:*", "rows": "1"}).json()["result"]
    assert (found["count"], len(found["results"])) == (len(names), 1)
    assert client.get("/api/3/action/package_search", {"q": "tidak-ada"}).json()["result"]["count"] == 0


def test_ckan_says_so_in_its_form_where_there_is_no_such_set(client: Client) -> None:
    answer = client.get("/api/3/action/package_show", {"id": "x'"}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["success"]) == (404, False)


@pytest.mark.parametrize("address", ["/data/x.csv", "/data/hasil-dinyatakan/36.03.csv", "/data/ukuran/99.99.json"])
def test_what_the_catalogue_does_not_list_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/data/katalog.jsonld", "/data/hasil-dinyatakan.csv", "/api/3/action/package_list"]
)
def test_who_has_it_is_not_sent_it_again(client: Client, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "public" in first["Cache-Control"]


def test_the_catalogue_is_drawn_once_while_it_says_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/data/katalog.jsonld").content
    monkeypatch.setattr("pilar.portal.catalogue.dcat", lambda *_given: pytest.fail("drawn again"))
    assert client.get("/data/katalog.jsonld").content == first


def test_nobody_claims_a_licence_that_was_not_set(client: Client) -> None:
    assert "dct:license" not in json.dumps(catalogue(client))
    assert "Lisensi belum ditetapkan" in client.get("/data/").content.decode()
    licence = "https://example.go.id/lisensi"
    with override_settings(PILAR_DATA_LICENCE=licence, PILAR_DATA_CONTACT="data@example.go.id"):
        told = json.dumps(catalogue(client))
        assert told.count(licence) == told.count('"dcat:Distribution"')
        assert "mailto:data@example.go.id" in told
        shown = client.get("/api/3/action/package_show", {"id": "hasil-dinyatakan"}).json()["result"]
        assert (shown["license_url"], shown["maintainer_email"]) == (licence, "data@example.go.id")


def test_ckan_takes_the_tags_and_no_licence_is_called_open() -> None:
    subjects = ("ISO 37120:2014 5.1", "SDG 11 11.6.1")
    entry = next(one for one in datasets.entries(timezone.now()) if one.slug == "hasil-dinyatakan")
    told = ckan_package(
        replace(entry, place=replace(entry.place, subjects=subjects)), replace(site(), licence="https://example.go.id")
    )
    names = [one["name"] for one in told["tags"]]
    assert names == ["smart-city", "ISO 37120-2014 5.1", "SDG 11 11.6.1"]
    assert told["num_tags"] == len(names)
    assert "isopen" not in told


def test_the_page_leads_to_each_file(client: Client) -> None:
    page = client.get("/data/").content.decode()
    assert 'href="/data/hasil-dinyatakan.csv"' in page
    assert 'href="/data/hasil-dinyatakan.json"' in page
    assert 'href="/en/data/hasil-dinyatakan.csv"' in client.get("/en/data/").content.decode()


def test_every_set_says_all_that_a_reader_asks() -> None:
    for slug, one in SETS.items():
        assert (slug, bool(one.title and one.text and one.source), len({f.name for f in one.fields})) == (
            one.slug, True, len(one.fields),
        )  # fmt: skip
    assert datasets.YEARS == 3
