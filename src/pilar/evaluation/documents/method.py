"""The method of an instrument in one paragraph, made from its rules."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pilar import index

MEANS = {
    index.Aggregation.WEIGHTED: gettext_noop("weighted arithmetic mean"),
    index.Aggregation.GEOMETRIC: gettext_noop("weighted geometric mean"),
    index.Aggregation.HARMONIC: gettext_noop("weighted harmonic mean"),
    index.Aggregation.POWER: gettext_noop("weighted power mean"),
}
BLANKS = {
    index.MissingRule.REQUIRE: gettext_noop("a part that needs all parts below it has no score where one is blank"),
    index.MissingRule.REWEIGHT: gettext_noop("other blanks pass their weight on to the parts beside them"),
    index.MissingRule.ZERO: gettext_noop("some blanks count as the lowest score, as the instrument says"),
}
ROUNDINGS = {
    index.Rounding.HALF_UP: gettext_noop("half up"),
    index.Rounding.HALF_EVEN: gettext_noop("half to the even digit"),
}
TIES = {
    index.Ties.SHARED: gettext_noop("equal finals share a rank and the next rank is left out"),
    index.Ties.DENSE: gettext_noop("equal finals share a rank and the next rank follows"),
}


def method(instrument: index.Instrument) -> str:
    """Return how the marks of the panel became the final, in the reader's language; true for any instrument of
    Pilar."""
    branches = [node for node in instrument.nodes if not node.is_leaf]
    means = [_(MEANS[kind]) for kind in MEANS if any(node.aggregation is kind for node in branches)]
    blanks = [_(BLANKS[kind]) for kind in BLANKS if any(node.missing is kind for node in branches)]
    sentences = [
        _("The panel agreed on a mark of each indicator."),
        _("The score of each part is the %(means)s of the parts below it, by the weights of the instrument.")
        % {"means": ", ".join(means)},
        _("Pilar computes with exact fractions and rounds the final once, to %(decimals)s decimals, %(rounding)s.")
        % {"decimals": instrument.decimals, "rounding": _(ROUNDINGS[instrument.rounding])},
        _("Blanks: %(blanks)s.") % {"blanks": "; ".join(blanks)},
        _("Ranks come from unrounded finals; %(ties)s.") % {"ties": _(TIES[instrument.ties])},
        _("The improvement is the difference between two published finals."),
    ]
    if assumes(instrument):
        sentences.append(_("What the instrument marks as an assumption is not known from a document of the ministry."))
    return " ".join(sentences)


def assumes(instrument: index.Instrument) -> bool:
    """Return whether any rule of the instrument is an assumption of Pilar."""
    own = (instrument.source, instrument.rounding_source, instrument.ties_source)
    return index.ASSUMPTION in own or any(
        index.ASSUMPTION in (node.source, node.weights_source, node.missing_source, node.aggregation_source)
        for node in instrument.nodes
    )
