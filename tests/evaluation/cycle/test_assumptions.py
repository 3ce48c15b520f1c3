"""Those who answer, mark or choose an instrument see which of its rules nobody but Pilar has set."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from areas.places import every_region, load
from evaluation.cycle.foreign import REGIONS, TANGERANG, Foreign, begin_cycle, hand_in, key_of, tagged
from kit.worlds import once
from pilar.people.models import User


@once
def begun() -> Foreign:
    """The other evaluation as it begins."""
    load(every_region())
    return begin_cycle()


def test_who_answers_sees_rubric_weights_and_cut_points_and_whose_they_are(client: Client, begun: Foreign) -> None:
    last = REGIONS[-1]
    client.force_login(User.objects.get(pk=begun.keys[last]))
    pages = {
        node: client.get(f"/kerja/penilaian/{key_of(last)}/indikator/{node}/").content.decode()
        for node in ("vision_law", "services", "openness", "citizens")
    }
    assert "1/3" in pages["vision_law"]
    assert "dari “Arah”" in pages["vision_law"]
    assert tagged(pages["vision_law"], "Bobot:") == "asumsi"
    assert tagged(pages["services"], "Bobot:") == "example.org"
    assert tagged(pages["vision_law"], "Cara penilaian") == "asumsi"
    assert tagged(pages["services"], "Cara penilaian") == "asumsi"
    assert "4: dari 63 sampai kurang dari 88" in pages["services"]
    assert tagged(pages["openness"], "Cara penilaian") == "example.org"


def test_an_assessor_sees_rubric_weights_and_cut_points_and_whose_they_are(client: Client, begun: Foreign) -> None:
    hand_in(begun)
    client.force_login(User.objects.get(pk=begun.keys["chair"]))
    page = client.get(f"/kerja/asesor/{key_of(TANGERANG)}/").content.decode()
    items = {node: page[page.index(f'id="{node}"') :] for node in ("vision_law", "services", "openness", "citizens")}
    assert tagged(items["vision_law"], "Bobot:") == "asumsi"
    assert tagged(items["services"], "Bobot:") == "example.org"
    assert tagged(items["vision_law"], "Rubrik:") == "asumsi"
    assert tagged(items["services"], "Batas nilai:") == "asumsi"
    assert tagged(items["openness"], "Batas nilai:") == "example.org"
    assert "63 – 88 %" in re.sub(r"\s+", " ", items["services"])


def test_the_secretariat_chooses_an_instrument_knowing_what_is_assumed(client: Client, begun: Foreign) -> None:
    client.force_login(User.objects.get(pk=begun.keys["leading"]))
    page = unescape(client.get("/kerja/periode-baru/").content.decode())
    (option,) = re.findall(r"<option[^>]*>([^<]*daya-digital 2.0[^<]*)<", page)
    assert "bobot: disebut oleh sumber" in option
    assert "belum teruji" in option
