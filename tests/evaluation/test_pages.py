"""The public pages: what they say, what they refuse, and how caches may keep them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from evaluation.samples import document, group, row
from pilar import index
from pilar.evaluation import operations, reference
from pilar.people.rules import OPERATOR
from pilar.platform import reference_data

pytestmark = pytest.mark.usefixtures("regions")


def _state(**changed: Any) -> None:
    operations.record_statement(by=OPERATOR, row=row(**changed))


def _said(client: Client, address: str, status: int = 200) -> str:
    """The words of a page, without markup."""
    answer = client.get(address, follow=True)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()))


def test_results_begin_with_the_newest_year(client: Client, tangerang: object) -> None:
    _state(year=2020)
    assert client.get("/hasil/")["Location"] == "/hasil/2023/"
    assert client.get("/en/hasil/")["Location"] == "/en/hasil/2023/"


def test_a_search_without_a_year_is_for_a_region(client: Client, tangerang: object) -> None:
    assert client.get("/hasil/?q=Tangerang")["Location"] == "/wilayah/?q=Tangerang"


def test_without_any_result_a_page_says_so(client: Client) -> None:
    assert "No results are loaded yet" in _said(client, "/en/hasil/")
    assert client.get("/hasil/2023/").status_code == 404


def test_the_list_shows_each_statement_with_its_source(client: Client, tangerang: object) -> None:
    page = client.get("/hasil/2023/").content.decode()
    assert 'href="/wilayah/36.03/2023/"' in page
    assert "3,35" in page
    assert "+0,12" in page
    assert 'href="https://example.org/tangerang"' in page


def test_both_statements_of_a_conflict_stand_in_the_list(client: Client) -> None:
    _state(final=Decimal("3.71"))
    _state(final=Decimal("3.88"), source_url="https://example.org/other")
    said = _said(client, "/en/hasil/2023/")
    assert "3.71" in said
    assert "3.88" in said
    assert said.count("sources differ") == 2


def test_a_rank_stands_with_its_scope_only(client: Client) -> None:
    operations.record_group(by=OPERATOR, group=group())
    _state(group="2023-regular", rank=13, rank_scope="191")
    assert "13 of 191" in _said(client, "/en/hasil/2023/")


def test_a_rank_among_a_named_whole_says_its_name(client: Client) -> None:
    _state(rank=22, rank_scope="national")
    assert "22 (national)" in _said(client, "/en/hasil/2023/")


def test_the_list_says_how_incomplete_it_is(client: Client) -> None:
    operations.record_group(by=OPERATOR, group=group())
    _state(group="2023-regular")
    said = _said(client, "/en/hasil/2023/")
    assert "1 statement about 1 region was found" in said
    assert "Regular category: 1 of 191 evaluated regions" in said


def test_filters_and_order_come_from_the_address(client: Client, tangerang: object) -> None:
    _state(region_code="32.73", scores={}, source_url="https://example.org/b")
    page = client.get("/en/hasil/2023/?province=32&sort=name").content.decode()
    assert "/en/wilayah/32.73/2023/" in page
    assert "/en/wilayah/36.03/2023/" not in page
    assert 'aria-sort="ascending"' in page
    assert "1 of 2 statements fit" in page
    assert "No statement fits" in _said(client, "/en/hasil/2023/?q=sleman")


def test_machine_links_keep_the_filters(client: Client, tangerang: object) -> None:
    page = client.get("/hasil/2023/?province=36&q=tang&page=1").content.decode()
    assert "/api/v1/results.csv?year=2023&amp;province=36&amp;q=tang" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/hasil/1999/", 404),
        ("/hasil/2023/?sort=password", 422),
        ("/hasil/2023/?group=nowhere", 422),
        ("/hasil/2023/?kind=village", 422),
        ("/hasil/2023/?page=-1&q=%00", 400),
        ("/hasil/2023/?page=99999999999999999999", 200),
        ("/hasil/2023/?province=%00", 400),
        ("/wilayah/99.99/", 404),
        ("/wilayah/99.99/2023/", 404),
        ("/wilayah/36.03/1999/", 404),
        ("/wilayah/36.03%00/", 400),
        ("/wilayah/?province=%00&q=%00", 400),
        ("/instrumen/none/1/", 404),
        ("/instrumen/%00/1/", 400),
        ("/instrumen/none/1/berkas.yaml", 404),
    ],
)
def test_what_is_not_there_is_said_without_a_bug(client: Client, tangerang: object, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", ["/hasil/2023/", "/wilayah/36.03/2023/", "/instrumen/"])
def test_nothing_is_posted_here(client: Client, tangerang: object, address: str) -> None:
    assert client.post(address).status_code == 405


def test_a_region_page_tells_how_the_number_came_about(client: Client, tangerang: object) -> None:
    said = _said(client, "/wilayah/36.03/2023/")
    for figure in ("3,88", "10 % × 3,88", "0,388", "0,652", "1,032", "0,548", "0,734", "3,354 → 3,35", "+0,12"):
        assert figure in said
    assert "3.354 → 3.35" in _said(client, "/en/wilayah/36.03/2023/")
    assert "smart-city-2023" in said
    assert "SHA-256" not in said


def test_a_difference_is_shown(client: Client, instrument: index.Instrument) -> None:
    _state(final=Decimal("3.41"))
    said = _said(client, "/en/wilayah/36.03/2023/")
    assert "The printed final differs from its own dimensions" in said
    assert "−0.056" in said


def test_a_difference_within_rounding_is_explained(client: Client, instrument: index.Instrument) -> None:
    _state(final=Decimal("3.36"))
    said = _said(client, "/en/wilayah/36.03/2023/")
    assert "differs from its own dimensions" not in said
    assert "The printed dimensions are themselves rounded." in said
    assert "−0.006" in said


def test_a_year_without_instrument_says_so_and_shows_no_sum(client: Client, instrument: index.Instrument) -> None:
    _state(year=2020)
    said = _said(client, "/en/wilayah/36.03/2020/")
    assert "The weights of 2020 are not known" in said
    assert "3.88" in said
    assert "3.354" not in said


def test_a_statement_of_the_final_only_says_so(client: Client) -> None:
    _state(scores={})
    assert "prints the final only" in _said(client, "/en/wilayah/36.03/2023/")


def test_a_statement_of_the_improvement_only_says_so(client: Client) -> None:
    _state(scores={}, final=None, improvement=Decimal("-0.64"))
    said = _said(client, "/en/wilayah/36.03/2023/")
    assert "neither dimensions nor a final" in said
    assert "−0.64" in said


def test_printed_scores_that_do_not_suffice_say_so(client: Client, instrument: index.Instrument) -> None:
    _state(scores={"impact": Decimal(3)})
    assert "does not print all dimensions" in _said(client, "/en/wilayah/36.03/2023/")
    _state(scores={"unheard_of": Decimal(3)})
    assert "do not fit the instrument" in _said(client, "/en/wilayah/36.03/2023/")


def test_a_conflict_is_shown_on_the_region_page_and_left_out_of_the_line(client: Client, instrument: object) -> None:
    _state(year=2021, scores={}, final=Decimal("3.34"))
    _state(year=2022, scores={}, final=Decimal("3.71"))
    _state(year=2022, scores={}, final=Decimal("3.88"), source_url="https://example.org/other")
    _state(year=2023, scores={}, final=Decimal("3.60"))
    said = _said(client, "/en/wilayah/36.03/2022/")
    assert "Sources contradict each other" in said
    assert "3.71" in said
    assert "3.88" in said
    profile = client.get("/en/wilayah/36.03/")
    assert profile.context["trends"].lines[0].chart.rows[1].values == (None,)


def test_a_region_begins_with_its_story(client: Client, tangerang: object) -> None:
    said = _said(client, "/wilayah/36.03/")
    assert "Hasil 2023" in said
    for figure in ("3,35", "+0,12", "baseline id 3,88", "output id 3,26", "outcome id 3,44", "impact id 2,74", "3,67"):
        assert figure in said.split("Hasil terpublikasi")[0], figure
    assert "Naik 0,12 dari tahun sebelumnya. Dari yang dimuat sumber tidak dapat diketahui dimensi mana" in said
    assert (
        "Tertinggi: baseline id (3,88); terendah: impact id (2,74). Salah satu dari 141 daerah yang dievaluasi." in said
    )
    assert "Up 0.12 on the year before." in _said(client, "/en/wilayah/36.03/")


def test_the_dimension_that_moved_most_is_named_where_all_are_known(client: Client, tangerang: object) -> None:
    scores = {"baseline": "3.88", "output": "3.26", "outcome": "3.04", "impact": "2.74", "quick_win": "3.67"}
    tree = index.parse_instrument(document("smart-city-2022", year=2022))
    operations.add_instrument(by=OPERATOR, instrument=tree, document=document("smart-city-2022", year=2022))
    operations.choose_instrument(by=OPERATOR, year=2022, instrument=tree)
    _state(year=2022, scores={code: Decimal(value) for code, value in scores.items()}, final=Decimal("3.23"),
           improvement=None, improvement_origin="")  # fmt: skip
    assert "Paling banyak diubah oleh outcome id (+0,12)." in _said(client, "/wilayah/36.03/")


def test_what_is_not_printed_is_worked_out_of_two_finals(client: Client, instrument: object) -> None:
    _state(year=2022, scores={}, final=Decimal("3.20"))
    _state(year=2023, scores={}, final=Decimal("3.15"), improvement=None, improvement_origin="")
    lead = client.get("/en/wilayah/36.03/").context["lead"]
    assert (lead.improvement, lead.said[0]) == (Decimal("-0.05"), "Down 0.05 on the year before.")


def test_dimensions_as_high_are_named_together(client: Client, instrument: object) -> None:
    scores = {"baseline": "3.88", "output": "2.50", "outcome": "3.88", "impact": "2.50", "quick_win": "3.00"}
    _state(scores={code: Decimal(value) for code, value in scores.items()})
    said = client.get("/en/wilayah/36.03/").context["lead"].said
    assert "Highest: baseline en, outcome en (3.88); lowest: output en, impact en (2.50)." in said


def test_the_story_is_of_the_last_phase_and_of_no_year_whose_sources_differ(client: Client, instrument: object) -> None:
    _state(year=2022, scores={}, final=Decimal("3.10"), phase="I")
    _state(year=2022, scores={}, final=Decimal("3.20"), phase="II", source_url="https://example.org/two")
    assert client.get("/wilayah/36.03/").context["lead"].final == Decimal("3.20")
    _state(year=2023, scores={}, final=Decimal("3.71"))
    _state(year=2023, scores={}, final=Decimal("3.88"), source_url="https://example.org/other")
    lead = client.get("/en/wilayah/36.03/").context["lead"]
    assert (lead.year, lead.said[0]) == (2022, "Sources of 2023 contradict each other.")


@pytest.mark.parametrize("address", ["/en/wilayah/11.01/", "/en/wilayah/11.01/2023/"])
def test_a_region_without_statement_has_a_page(client: Client, tangerang: object, address: str) -> None:
    said = _said(client, address)
    assert "Kabupaten Aceh Selatan" in said
    assert "Nothing is published here" in said


def test_a_year_without_statement_names_those_with_one(client: Client, tangerang: object) -> None:
    _state(region_code="36.71", year=2022, scores={})
    page = client.get("/en/wilayah/36.03/2022/")
    assert page.status_code == 200
    assert 'href="/en/wilayah/36.03/2023/"' in page.content.decode()


def test_regions_are_found_by_name(client: Client, tangerang: object) -> None:
    page = client.get("/wilayah/?q=tangerang").content.decode()
    assert 'href="/wilayah/36.03/"' in page
    assert 'href="/wilayah/36.03/2023/"' in page
    assert 'href="/wilayah/36.71/"' in page
    assert "Nothing fits" in _said(client, "/en/wilayah/?q=atlantis")


def test_an_instrument_shows_weights_sources_and_assumptions(client: Client, instrument: index.Instrument) -> None:
    assert "/instrumen/smart-city-2023/1.0/" in client.get("/instrumen/").content.decode()
    page = client.get("/en/instrumen/smart-city-2023/1.0/").content.decode()
    assert "outcome en · 30 %" in page
    assert "https://example.org/weights" in page
    assert "assumption" in page
    assert instrument.sha256 in page


def test_equal_weights_are_written_as_a_fraction(client: Client) -> None:
    shipped = reference.instrument("smart-city-2023")
    text = (reference.data_folder() / "instruments" / "smart-city-2023.yaml").read_text(encoding="utf-8")
    operations.add_instrument(by=OPERATOR, instrument=shipped, document=text)
    said = _said(client, f"/en/instrumen/smart-city-2023/{shipped.version}/")
    assert "Policy 1/3" in said
    assert "33.33" not in said


def test_the_file_of_an_instrument_is_the_one_that_was_loaded(client: Client, instrument: index.Instrument) -> None:
    answer = client.get("/instrumen/smart-city-2023/1.0/berkas.yaml")
    assert answer.content.decode() == document()
    assert answer["Content-Disposition"] == 'attachment; filename="smart-city-2023-1.0.yaml"'
    assert index.parse_instrument(answer.content.decode()).sha256 == instrument.sha256


def test_what_a_source_writes_is_never_markup(client: Client) -> None:
    _state(note_id="<script>a</script>", note_en="<script>b</script>", letter="<b>")
    page = client.get("/wilayah/36.03/2023/").content.decode()
    assert "<script>a" not in page
    assert "&lt;script&gt;a" in page


def test_an_unchanged_page_is_not_sent_twice(client: Client, tangerang: object) -> None:
    first = client.get("/hasil/2023/")
    assert "public" in first["Cache-Control"]
    assert "Cookie" in first["Vary"]
    again = client.get("/hasil/2023/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/hasil/2023/?q=a", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get("/en/hasil/2023/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_new_load_makes_every_page_new(client: Client, tangerang: object) -> None:
    first = client.get("/hasil/2023/")
    reference_data.mark_loaded("evaluation", "another", rows=1)
    assert client.get("/hasil/2023/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_page_for_somebody_with_a_session_is_private(
    client: Client, tangerang: object, django_user_model: Any
) -> None:
    client.force_login(django_user_model.objects.create(email="orang@contoh.invalid", name="Akun contoh"))
    answer = client.get("/hasil/2023/")
    assert "private" in answer["Cache-Control"]
    assert not answer.has_header("ETag")


def test_each_page_names_its_other_language(client: Client, tangerang: object) -> None:
    page = client.get("/wilayah/36.03/2023/").content.decode()
    assert re.search(r'rel="canonical"\s+href="http://testserver/wilayah/36.03/2023/"', page)
    assert re.search(r'hreflang="en"\s+href="http://testserver/en/wilayah/36.03/2023/"', page)


@pytest.mark.parametrize(("address", "most"), [("/hasil/2023/", 18), ("/wilayah/", 6), ("/wilayah/36.03/2023/", 11)])
def test_pages_cost_few_queries(
    client: Client, tangerang: object, address: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for code in ("36.71", "36.72", "36.73", "36.74", "36.01", "36.02", "36.04"):
        _state(region_code=code)
    with django_assert_max_num_queries(most):
        client.get(address)
