"""The mathematics of a composite index: instruments, exact scores, ranks, explanations.

A library of its own: NumPy, SciPy, PyYAML and the standard library. What goes beyond scoring is loaded when it is
first asked for, so that scoring a file starts without NumPy: ``change`` (why did it change), ``next_steps``,
``scenarios``, ``agreement`` (of assessors), ``peers``, ``robustness`` (of ranks), ``composite`` (any index from raw
indicators), ``batch`` and ``benchmark``.
"""

from importlib import import_module
from types import ModuleType

from pilar.index.answers import (
    Answer,
    Band,
    BandMark,
    Level,
    LevelMark,
    Mark,
    MarkKind,
    Quantity,
    Ratio,
    RatioMark,
    SurveyMark,
)
from pilar.index.comparing import Difference, compare
from pilar.index.explaining import Explained
from pilar.index.faults import Fault, IndexFaults, InstrumentFaults, ScoringFaults
from pilar.index.instrument import (
    ASSUMPTION,
    ROOT,
    Aggregation,
    Basis,
    Certainty,
    Descriptor,
    Instrument,
    MissingRule,
    Node,
    Paper,
    Predicate,
    Scale,
    Statement,
    Status,
    Ties,
)
from pilar.index.numbers import NoScore, Rounding, decimal_text, round_published
from pilar.index.ranking import Improvement, improvement, rank, rank_within
from pilar.index.reading import check_instrument, parse_instrument, read_instrument
from pilar.index.scoring import Result, score, score_all
from pilar.index.writing import instrument_text

__all__ = [
    "ASSUMPTION",
    "ROOT",
    "Aggregation",
    "Answer",
    "Band",
    "BandMark",
    "Basis",
    "Certainty",
    "Descriptor",
    "Difference",
    "Explained",
    "Fault",
    "Improvement",
    "IndexFaults",
    "Instrument",
    "InstrumentFaults",
    "Level",
    "LevelMark",
    "Mark",
    "MarkKind",
    "MissingRule",
    "NoScore",
    "Node",
    "Paper",
    "Predicate",
    "Quantity",
    "Ratio",
    "RatioMark",
    "Result",
    "Rounding",
    "Scale",
    "ScoringFaults",
    "Statement",
    "Status",
    "SurveyMark",
    "Ties",
    "check_instrument",
    "compare",
    "decimal_text",
    "improvement",
    "instrument_text",
    "parse_instrument",
    "rank",
    "rank_within",
    "read_instrument",
    "round_published",
    "score",
    "score_all",
]

PARTS = frozenset(
    {"agreement", "batch", "benchmark", "change", "composite", "next_steps", "peers", "robustness", "scenarios"}
)


def __getattr__(name: str) -> ModuleType:
    """A part that has not been loaded yet."""
    if name in PARTS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
