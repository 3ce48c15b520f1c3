"""The services of the data folder: all of them, as their sources say, and no figure that nobody set."""

from __future__ import annotations

from typing import Any

import pytest

from pilar.permits.reference.kbli import find, kbli, parents
from pilar.permits.reference.services import demonstrated, shipped
from pilar.permits.rules.drawing import drawing
from pilar.permits.rules.services import Service, Status, check, fee_of, gaps, is_open, judge, read, required, written
from pilar.platform import numbering

SIX = {"sip-dokter", "sip-bidan", "iplc", "reklame-kecamatan", "toko-modern", "dkptka"}


def named(services: tuple[Service, ...], key: str) -> Service:
    return next(one for one in services if one.key == key)


def test_twenty_eight_services_with_their_220_rows() -> None:
    found = shipped()

    assert (len(found), sum(len(one.requirements) for one in found)) == (28, 220)
    assert {one.region for one in found} == {"36.03"}
    assert all(one.source.startswith("https://") and one.from_region and one.confidence.id for one in found)
    assert sum(one.from_region == "Kab. Tangerang" for one in found) == 6


def test_none_takes_applications_and_nothing_is_synthetic() -> None:
    assert not [one.key for one in shipped() if is_open(one) or one.synthetic or one.status is Status.SYNTHETIC]
    assert all(gaps(one) or one.closed for one in shipped())


def test_six_take_applications_in_the_demonstration_and_say_what_is_made_up() -> None:
    open_ones = {one.key: one for one in demonstrated() if is_open(one)}

    assert {*open_ones} == SIX
    assert all("stages" in one.synthetic for one in open_ones.values())
    assert open_ones["sip-bidan"].synthetic == ("document", "form", "stages", "validity")
    assert [one for one in demonstrated() if one.key not in SIX] == [one for one in shipped() if one.key not in SIX]


@pytest.mark.parametrize("service", [*shipped(), *demonstrated()], ids=lambda one: one.key)
def test_each_can_be_published_and_written(service: Service) -> None:
    assert check(service, numbers=numbering.kinds()) == ()
    assert read(written(service)) == service
    assert len(service.stages) == sum(len(level) for level in service.levels)


@pytest.mark.parametrize(
    ("key", "answers", "more", "fewer"),
    [
        ("reklame-terbatas-gresik", {"area": 16}, {"perhitungan-konstruksi"}, {"pbg"}),
        ("reklame-terbatas-gresik", {"area": 18}, {"perhitungan-konstruksi", "pbg"}, {"desain-reklame-gapura"}),
        ("reklame-terbatas-gresik", {"area": "18.5", "gate": True}, {"pbg", "desain-reklame-gapura"}, set()),
        ("pbg-seruyan", {"floors": 3}, {"daya-dukung-tanah"}, {"akta-pendirian-perusahaan"}),
        ("pbg-seruyan", {"floors": 2, "applicant": "business"}, {"akta-pendirian-perusahaan"}, {"daya-dukung-tanah"}),
        ("sip-dokter", {"public_facility": True}, {"persetujuan-atasan-langsung"}, set()),
        ("dkptka", {"proxy": True}, {"surat-kuasa-bermeterai"}, set()),
        ("dkptka", {}, set(), {"surat-kuasa-bermeterai"}),
    ],
)  # fmt: skip
def test_conditions_of_the_rows(key: str, answers: dict[str, Any], more: set[str], fewer: set[str]) -> None:
    found = {one.key for one in required(named(shipped(), key), answers)}

    assert more <= found
    assert not fewer & found


def test_the_fee_of_foreign_workers_is_that_of_the_formula() -> None:
    answers = {"company": "PT Contoh", "persons": 3, "months": 12, "position": "Ahli mesin", "kind": "renewal"}
    service = named(demonstrated(), "dkptka")

    assert judge(service, answers) == ()
    assert fee_of(service, answers).amount == 3 * 12 * 100 * 16000


def test_a_drawing_shows_every_stage_and_needs_no_script() -> None:
    service = named(demonstrated(), "toko-modern")
    drawn = drawing(service, "Alur <permohonan>")

    assert drawn.count("<rect") == len(service.stages) == 6
    assert "Alur &lt;permohonan&gt;" in drawn
    assert not {"<script", "style=", "onload"} & {part for part in ("<script", "style=", "onload") if part in drawn}


def test_fields_of_business() -> None:
    assert sum(len(code) == 5 for code in kbli()) == 1790
    assert [one.code for one in parents("86201")] == ["Q", "86", "862", "8620"]
    missing = {row.parent for row in kbli().values() if row.parent and row.parent not in kbli()}
    assert missing == {"151", "331", "511", "512", "662", "872"}
    assert [one.code for one in parents("33133")] == ["C", "33", "3313"]
    assert [one.code for one in find("praktik dokter gigi")] == ["86203"]
    assert find("8620")[0].code == "86201"
    assert find("  ") == ()
