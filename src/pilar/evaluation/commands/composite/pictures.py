"""``pilar index`` as a picture: Vega-Lite, and SVG or PNG drawn from it."""

from __future__ import annotations

import argparse
import json
from importlib.util import find_spec

from pilar.evaluation.commands.composite.report import check_year, under_choices, unit_row
from pilar.index import composite
from pilar.index.composite import charts
from pilar.index.composite.sensitivity import sensitivity
from pilar.index.composite.uncertainty import uncertainty
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

PICTURES = ("vega-lite", "svg", "png")
SHOWN = ("results", "weights", "uncertainty", "sensitivity")


class NoPicture(PilarError):
    """The requested table has no chart."""

    code = "no-picture"
    sentence = N_("There are pictures of %(shown)s; ask for %(asked)s as a table, json or csv.")


class OutputNeeded(PilarError):
    """A PNG would be noise on the screen."""

    code = "output-needed"
    sentence = N_("A PNG goes into a file: name it with --output.")


class CannotDraw(PilarError):
    """The package that draws is not installed."""

    code = "cannot-draw"
    sentence = N_(
        "Pictures need the package vl-convert-python, which is not installed: pip install '.[charts]' in the folder of "
        "Pilar. Its description comes without it: --format vega-lite."
    )


def picture(built: composite.Built, options: argparse.Namespace) -> str | bytes:
    """The chart of ``options.show``. Raises NoPicture, OutputNeeded, CannotDraw, and what its report raises."""
    if options.show not in SHOWN:
        raise NoPicture(shown=", ".join(SHOWN), asked=options.show)
    if options.format == "png" and options.output is None:
        raise OutputNeeded
    if options.format != "vega-lite" and find_spec("vl_convert") is None:
        raise CannotDraw
    check_year(built.data, options.year)
    chart = _chart(built, options)
    if options.format == "vega-lite":
        return json.dumps(chart, ensure_ascii=False, indent=2) + "\n"
    drawn = charts.drawn(chart, options.format)
    return drawn if options.format == "png" else drawn.decode()


def _chart(built: composite.Built, options: argparse.Namespace) -> charts.Chart:
    if options.show == "results":
        return charts.scores(built, options.year)
    if options.show == "weights":
        return charts.weights(built)
    alternatives = under_choices(built, options)
    if options.show == "uncertainty":
        return charts.rank_intervals(uncertainty(built, options.runs, options.seed, alternatives), options.year)
    row = None if options.unit is None else unit_row(built.data, options)
    indices = sensitivity(
        built, max(options.runs, 8), options.seed, alternatives, each_weight=bool(options.each_weight)
    )
    return charts.sensitivity(indices, row)
