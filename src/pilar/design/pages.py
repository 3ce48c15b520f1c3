"""The living page of the components: what each looks like, in both languages, light and dark."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design import charts


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("As it stands on your decree.")
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("regency", gettext_lazy("Regency")), ("city", gettext_lazy("City"))]
    )
    years = forms.MultipleChoiceField(
        label=gettext_lazy("Years"), choices=[("2022", "2022"), ("2023", "2023")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read this"))


def components(request: HttpRequest) -> HttpResponse:
    """Every component once, with invented sample figures that are marked as such; only where ``SHOW_COMPONENTS``."""
    if not settings.SHOW_COMPONENTS:
        raise Http404
    sample = {
        "Baseline": Decimal("3.10"),
        "Output": Decimal("2.45"),
        "Outcome": None,
        "Impact": Decimal("1.75"),
        "Quick Win": Decimal("4.00"),
    }
    names = tuple(sample)
    before = charts.Series("A", [Decimal("2.2"), Decimal("3.1"), Decimal("2.0"), Decimal("2.4"), Decimal("3.3")])
    now = charts.Series("B", [Decimal("3.1"), Decimal("2.5"), Decimal("2.8"), Decimal("1.8"), Decimal("4.0")])
    columns = (_("Dimension"), _("Score"))
    ends = {"minimum": 0, "maximum": 4}
    years = {2019: Decimal("2.70"), 2020: Decimal("2.95"), 2022: Decimal("3.05"), 2023: Decimal("3.20")}
    page = Paginator(range(240), 10).get_page(request.GET.get("page"))
    return render(
        request,
        "design/components.html",
        {
            "blank": SampleForm(prefix="blank"),
            "refused": SampleForm({"refused-name": "", "refused-kind": "regency"}, prefix="refused"),
            "bars": charts.bars(sample, columns=columns, **ends),
            "trend": charts.trend(years, columns=(_("Year"), _("Score")), **ends),
            "radar": charts.radar(names, [now, before], first_column=_("Dimension"), **ends),
            "comparison": _comparison(),
            "gantt": _gantt(),
            "estimates": _estimates(),
            "course": _course(),
            "shares": _shares(),
            "scores": sample.items(),
            "scale": ends,
            "page": page,
            "options": [("", "–"), ("36", "Banten")],
        },
    )


def _comparison() -> charts.Chart:
    amounts = {
        "A": (Decimal(12_500_000_000), Decimal(9_800_000_000)),
        "B": (Decimal(2_500_000_000), Decimal(2_650_000_000)),
        "C": (Decimal(4_000_000_000), None),
    }
    return charts.comparison(amounts, columns=(_("Pillar"), _("Planned (Rp)"), _("Realised (Rp)")))


def _estimates() -> charts.Chart:
    sample = [
        charts.Estimate("A", Decimal("3.42"), Decimal("3.20"), Decimal("3.64"), 48),
        charts.Estimate("B", Decimal("3.05"), Decimal("2.61"), Decimal("3.49"), 12),
    ]
    return charts.estimates(sample, columns=(_("Programme"), _("Score"), *_ends(), _("Answers")), minimum=1, maximum=4)


def _course() -> charts.Chart:
    sample = [
        charts.Moment(2021, Decimal("2.90"), Decimal("2.70"), Decimal("3.10")),
        charts.Moment(2023, Decimal("3.10"), Decimal("2.95"), Decimal("3.25")),
        charts.Moment(2024, Decimal("3.35"), Decimal("3.15"), Decimal("3.55")),
    ]
    return charts.course(sample, columns=(_("Year"), _("Score"), *_ends()), minimum=1, maximum=4)


def _shares() -> charts.Chart:
    return charts.shares(
        {"A": [3, 9, 21, 15], "B": [0, 2, 6, 4]}, steps=("1", "2", "3", "4"), first_column=_("Question")
    )


def _ends() -> tuple[str, str]:
    return _("Lower end"), _("Upper end")


def _gantt() -> charts.Chart:
    works = [
        charts.Span(_("One-stop permits"), "A", date(2024, 1, 1), date(2025, 12, 31), Decimal(1), "positive"),
        charts.Span(
            _("Village finance"), "A", date(2025, 4, 1), date(2027, 6, 30), Decimal("0.4"), "caution", flagged=True
        ),
        charts.Span(_("Hospital queues"), "B", date(2025, 1, 1), date(2026, 3, 31), None, "negative"),
        charts.Span(_("Waste bank"), "B", date(2027, 1, 1), date(2028, 12, 31), Decimal(0), "neutral"),
    ]
    tones: dict[charts.Tone, str] = {
        "positive": _("On schedule"), "caution": _("Needs attention"), "negative": _("Late"), "neutral": _("Not begun"),
    }  # fmt: skip
    columns = (_("Programme"), _("Pillar"), _("Begins"), _("Ends"), _("Done (%)"), _("State"))
    return charts.gantt(
        works, today=date(2026, 6, 1), today_label=_("Today"), tones=tones, columns=columns, flag=_("Report late")
    )
