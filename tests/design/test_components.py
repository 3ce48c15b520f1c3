"""Components: what they make of their attributes; text from users is never taken for markup."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from pilar.design import charts


def render(source: str, address: str = "/list/", **context: object) -> str:
    request: HttpRequest = RequestFactory().get(address)
    return str(engines["django"].from_string(CottonCompiler().process(source)).render(context, request))


class Form(forms.Form):
    name = forms.CharField(label="Name <1>", help_text="As on paper")
    note = forms.CharField(required=False)
    agreed = forms.BooleanField()
    pick = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    html = render('<c-field :field="form.name" />', form=Form({"name": ""}))
    assert '<label for="id_name" class="required">Name &lt;1&gt;</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_hint_of_the_page_stands_for_that_of_the_form() -> None:
    html = render('<c-field :field="form.name" hint="{{ hint }}" />', form=Form(), hint="<i>shout</i>")
    assert "As on paper" not in html
    assert "&lt;i&gt;shout" in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_a_field_is_marked_as_required_or_as_optional() -> None:
    for name in ("name", "agreed", "pick"):
        html = render(f'<c-field :field="form.{name}" />', form=Form())
        assert ('class="required"' in html, 'class="optional"' in html) == (True, False)
        assert " required" in html.replace('class="required"', "")
    html = render('<c-field :field="form.note" />', form=Form())
    assert ('class="required"' in html, 'class="optional"' in html) == (False, True)
    assert "required-note" in render('<c-form :form="form" />', form=Form())


def test_the_summary_leads_to_the_first_of_a_group() -> None:
    assert 'href="#id_pick_0"' in render('<c-error-summary :form="form" />', form=Form({}))


def test_choices_of_one_question_are_a_group() -> None:
    html = render('<c-field :field="form.pick" />', form=Form({}))
    assert '<legend class="required">Pick' in html
    assert '<fieldset aria-describedby="id_pick_error">' in html


def test_a_form_carries_its_token_and_lists_its_errors_first() -> None:
    html = render('<c-form :form="form" submit="Send" />', form=Form({}))
    assert "csrfmiddlewaretoken" in html
    assert html.index("error-summary") < html.index("<form")
    assert 'href="#id_name"' in html
    assert "Send" in html
    assert html.count('name="token"') == 1


def test_a_get_form_carries_no_token() -> None:
    assert "csrfmiddlewaretoken" not in render('<c-form method="get" submit="Go" />')


@pytest.mark.parametrize(
    ("address", "now", "direction", "leads_to"),
    [
        ("/list/", "", "", "?sort=-final"),
        ("/list/?sort=-final", "", "descending", "?sort=final"),
        ("/list/?sort=final", "", "ascending", "?sort=-final"),
        ("/list/?sort=name&q=a%26b&page=7", "", "", "?sort=-final&amp;q=a%26b"),
        ("/list/", "-final", "descending", "?sort=final"),
    ],
)
def test_a_sortable_column(address: str, now: str, direction: str, leads_to: str) -> None:
    html = render(
        '<c-column sort="final" now="{{ now }}" :descending_first="True" target="#results">Final</c-column>',
        address,
        now=now,
    )
    assert f'href="{leads_to}"' in html
    assert f'hx-get="{leads_to}"' in html
    assert (f'aria-sort="{direction}"' in html) == bool(direction)


def test_a_plain_column_has_no_link() -> None:
    assert "<a" not in render("<c-column>Weight</c-column>")


def test_pagination_keeps_the_query_and_marks_the_present_page() -> None:
    page = Paginator(range(2000), 10).get_page(100)
    html = render('<c-pagination :page="page" target="#results" />', "/list/?q=a&page=100", page=page)
    assert 'href="?q=a&amp;page=99"' in html
    assert 'href="?q=a&amp;page=200"' in html
    assert html.count('aria-current="page"') == 1
    assert html.count("<li>") == 9
    assert 'rel="prev"' in html


def test_one_page_needs_no_pagination() -> None:
    assert not render('<c-pagination :page="page" />', page=Paginator([1], 10).get_page(1)).strip()


def test_a_source_shows_its_host_and_says_that_it_leaves() -> None:
    html = render('<c-source href="{{ url }}">Letter</c-source>', url='https://www.example.go.id/a?x="><script>')
    assert "example.go.id" in html
    assert 'rel="external noopener noreferrer"' in html
    assert "<script>" not in html


def test_text_given_to_a_component_is_text() -> None:
    html = render('<c-card title="{{ t }}"><p>{{ t }}</p></c-card>', t="<script>alert(1)</script> & co")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2
    assert "&amp;amp;" not in html


def test_a_component_does_not_see_the_page_around_it() -> None:
    assert "outer" not in render("<c-card>x</c-card>", title="outer")


@pytest.mark.parametrize(("kind", "role"), [("negative", "alert"), ("positive", "status"), ("caution", "note")])
def test_an_alert_has_the_role_of_its_kind(kind: str, role: str) -> None:
    assert f'role="{role}"' in render(f'<c-alert kind="{kind}">x</c-alert>')


def test_a_bar_draws_its_share_and_names_its_number() -> None:
    html = render('<c-bar :value="value" :scale="scale" />', value="3.35", scale={"minimum": 0, "maximum": 4})
    assert 'width="83.75"' in html
    assert re.search(r"3,35", html)


def test_a_bar_without_a_scale_is_the_number_alone() -> None:
    html = render('<c-bar :value="value" :scale="scale" />', value="3.35", scale=None)
    assert "<svg" not in html
    assert "3,35" in html


@pytest.mark.parametrize("source", ["", "assumption", None])
def test_an_origin_without_a_source_is_marked_as_an_assumption(source: str | None) -> None:
    html = render('<c-origin :source="given" />', given=source)
    assert re.search(r'class="tag caution">\s*asumsi\s*<', html)
    assert "href" not in html


def test_an_origin_with_a_source_leads_to_it() -> None:
    html = render('<c-origin :source="given" />', given="https://www.example.org/scale")
    assert 'href="https://www.example.org/scale"' in html
    assert "asumsi" not in html


def test_a_range_shows_its_ranks_as_text_and_as_a_bar() -> None:
    """Of 20 ranks each takes 5 of 100: 3 to 6 begin at 10 and are 20 wide; the median 4 stands in its middle, 17.5."""
    page = render('<c-range :lowest="3" :highest="6" :middle="4" :ends="(1, 20)" />')
    assert "3–6" in page
    assert 'x="10.00" width="20.00"' in page
    assert 'x1="17.50"' in page
    near = render('<c-range :lowest="13" :highest="14" :middle="13" :ends="ends" />', ends=(11, 20))
    assert 'x="20.00" width="20.00"' in near


def test_the_table_of_a_chart_writes_words_as_they_stand_and_numbers_in_their_column() -> None:
    works = [charts.Span("<b>Permits</b>", "2026", date(2026, 1, 1), date(2026, 6, 30), Decimal("0.405"), "caution")]
    chart = charts.gantt(
        works, today=date(2026, 3, 1), today_label="Today", tones={"caution": "At <risk>"},
        columns=("Work", "Pillar", "Begins", "Ends", "Done (%)", "State"), written=lambda day: f"{day:%d.%m.%Y}",
    )  # fmt: skip
    html = render('<c-figure title="Works" :chart="chart" />', chart=chart)
    row = re.sub(r"\s*\n\s*", "", html[html.index("<tbody") : html.index("</tbody")])
    assert '<th scope="row">&lt;b&gt;Permits&lt;/b&gt;</th><td>2026</td><td>01.01.2026</td><td>30.06.2026</td>' in row
    assert '<td class="number">40,5</td><td>At &lt;risk&gt;</td>' in row
    assert 'class="legend"' not in html
