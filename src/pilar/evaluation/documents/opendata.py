"""The results of a phase as open data: who has nothing but these tables can compute every final and rank again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from pilar import index
from pilar.evaluation.documents import writing
from pilar.evaluation.queries import PUBLIC, seals
from pilar.evaluation.queries.sheets import Book
from pilar.evaluation.rules.computing import NO_FINAL, PreviousOrigin
from pilar.evaluation.rules.reports import lowest_shown, shown_nodes
from pilar.platform import seal_checker
from pilar.reports.packages import Attachment, DataPackage, DataTable, Field, Reference, Value, data_package

EXACT = {"pattern": r"-?[0-9]+(/[0-9]+)?"}
"""A rational number as text: 67/20."""
SYNTHETIC = "SYNTHETIC, MADE UP FOR DEMONSTRATION: "
UNPUBLISHED = "NOT PUBLISHED: "
CHECKER = "periksa_segel.py"


def open_data(book: Book) -> bytes:
    """The archive of the version. Described in English, as data are; titles stand in both languages."""
    header, snapshot, instrument = book.header, book.snapshot, book.instrument
    said = SYNTHETIC if header.synthetic else "" if snapshot.published_at else UNPUBLISHED
    return data_package(
        DataPackage(
            name=f"pilar-{header.campaign}-{header.number}-v{snapshot.version}".lower(),
            title=f"{said}{header.title.en}, phase {header.number}",
            description=(
                f"{said}Results of the evaluation of {header.year}, phase {header.number}, as computed by Pilar. The "
                "final of a region is the mean of the exact scores in the table scores, by the weights and rules in "
                "the table nodes, rounded once as the property rounding says; ranks come from unrounded finals."
            ),
            version=str(snapshot.version),
            homepage=writing.address("evaluation:computed-version", header.campaign, header.number, snapshot.version),
            created=snapshot.published_at or snapshot.approved_at or snapshot.computed_at,
            tables=(_results(book), _scores(book), _nodes(instrument), _groups(book), _predicates(instrument)),
            attachments=(
                Attachment(
                    "instrument",
                    "instrument.yaml",
                    "The instrument as it was loaded",
                    "application/yaml",
                    book.document.encode(),
                ),
                *_seal(header.campaign, header.number, snapshot.version),
            ),
            more={
                "synthetic": header.synthetic,
                "letter": {
                    "number": snapshot.letter_number,
                    "date": None if snapshot.letter_date is None else snapshot.letter_date.isoformat(),
                },
                "scale": {"minimum": f"{instrument.scale.minimum:f}", "maximum": f"{instrument.scale.maximum:f}"},
                "rounding": {"decimals": instrument.decimals, "rule": instrument.rounding.value},
                "ties": instrument.ties.value,
                "sha256": {
                    "instrument": snapshot.instrument_sha256,
                    "input": snapshot.input_sha256,
                    "results": snapshot.result_sha256,
                },
            },
        )
    )


def checker() -> bytes:
    """The program that checks a seal without Pilar."""
    return Path(seal_checker.__file__).read_bytes()


def _seal(campaign: str, phase: int, version: int) -> Iterator[Attachment]:
    """Yield what proves that the version was published as it is, and the program that checks it; none if not
    published."""
    proof = seals.proof(campaign, phase, version, scope=PUBLIC)
    if proof is not None:
        content = (json.dumps(proof, ensure_ascii=False, indent=1) + "\n").encode()
        yield Attachment("seal", "segel.json", "Seal of the results in the register", "application/json", content)
        yield Attachment("seal-checker", CHECKER, "Checks the seal: python3 periksa_segel.py segel.json results.json",
                         "text/x-python", checker())  # fmt: skip


def _results(book: Book) -> DataTable:
    required = {"required": True}
    rank = {"minimum": 1}
    return DataTable(
        name="results",
        title="Result of each region",
        description="One row for each region that took part, by rank; those without a final come last.",
        key=("region",),
        references=(Reference(("group",), "groups", ("group",)),),
        fields=(
            Field("region", "string", "Code of the region (Kemendagri)", required | {"pattern": r"\d{2}\.\d{2}"}),
            Field("name", "string", "Name of the regency or city", required),
            Field("province", "string", "Code of its province", required | {"pattern": r"\d{2}"}),
            Field("province_name", "string", "Name of its province", required),
            Field("group", "string", "Group inside which it is ranked", required),
            Field("final", "number", "Final, rounded; empty without one"),
            Field("final_exact", "string", "Final, exact, as a fraction", EXACT),
            Field(
                "no_score",
                "string",
                "Why there is no final",
                {"enum": list(NO_FINAL)},
            ),
            Field("rank_in_group", "integer", "Rank in the group", rank),
            Field("rank_in_province", "integer", "Rank in the province", rank),
            Field("rank_in_nation", "integer", "Rank in the nation", rank),
            Field("predicate", "string", "Code of the predicate; empty for none"),
            Field("previous_final", "number", "The last final before"),
            Field(
                "previous_origin",
                "string",
                "computed by Pilar, or stated by a source",
                {"enum": [origin.value for origin in PreviousOrigin]},
            ),
            Field("improvement", "number", "Final minus the last one before"),
            Field("comparable", "boolean", "Whether both years were measured alike", required),
            Field("previous_year", "integer", "Year of the last final before; empty where that was not kept"),
            Field("synthetic", "boolean", "Whether the data were made up for demonstration", required),
        ),
        rows=tuple(_result_rows(book)),
    )


def _result_rows(book: Book) -> Iterator[tuple[Value, ...]]:
    for line in book.ranked:
        region, exact = line.region, book.final(line.region.code)
        predicate = None if line.final is None else book.instrument.predicate(line.final)
        yield (
            region.code,
            region.name,
            region.province.code,
            region.province.name,
            line.group_code,
            line.final,
            None if exact is None else str(exact),
            line.no_score or None,
            line.rank_in_group,
            line.rank_in_province,
            line.rank_in_nation,
            None if predicate is None else predicate.code,
            line.previous_final,
            line.previous_origin or None,
            line.improvement,
            line.comparable,
            line.previous_year,
            book.header.synthetic,
        )


def _scores(book: Book) -> DataTable:
    return DataTable(
        name="scores",
        title="Scores of the dimensions and their parts",
        description="One row for each region and part that has a score; marks of single indicators are not public.",
        key=("region", "node"),
        references=(Reference(("region",), "results", ("region",)), Reference(("node",), "nodes", ("node",))),
        fields=(
            Field("region", "string", "Code of the region", {"required": True}),
            Field("node", "string", "Code of the part", {"required": True}),
            Field("score", "number", "Score, rounded as finals are", {"required": True}),
            Field("exact", "string", "Score, exact, as a fraction", {"required": True, **EXACT}),
        ),
        rows=tuple(
            (line.region.code, node.code, writing.rounded(scores[node.code], book.instrument), str(scores[node.code]))
            for line in book.ranked
            for scores in [book.scores(line.region.code)]
            for node in shown_nodes(book.instrument)
            if node.code in scores
        ),
    )


def _nodes(instrument: index.Instrument) -> DataTable:
    lowest = {node.code for node in lowest_shown(instrument)}
    nodes = (instrument.root, *shown_nodes(instrument))
    return DataTable(
        name="nodes",
        title="Dimensions and their parts, with weights and rules",
        description="The final and all that is published below it. A computed node is the mean of its children.",
        key=("node",),
        fields=(
            Field("node", "string", "Code of the part", {"required": True}),
            Field("parent", "string", "Code of the part above; empty for the final"),
            Field("title_id", "string", "Title in Indonesian", {"required": True}),
            Field("title_en", "string", "Title in English", {"required": True}),
            Field("weight", "number", "Weight among its siblings as the instrument gives it; empty among equals"),
            Field(
                "share_exact", "string", "Share of its parent, exact; of all siblings 1", {"required": True, **EXACT}
            ),
            Field("lowest", "boolean", "Whether its score is given, not computed from parts below", {"required": True}),
            Field(
                "mean",
                "string",
                "How parts become the score",
                {"enum": [aggregation.value for aggregation in index.Aggregation]},
            ),
            Field("power", "number", "Exponent of a power mean"),
            Field("blank", "string", "What a blank part does", {"enum": [rule.value for rule in index.MissingRule]}),
            Field("minimum_share", "number", "Least share of the weight that is present, for re-weighting"),
        ),
        rows=tuple(_node_row(instrument, node, node.code in lowest) for node in nodes),
    )


def _node_row(instrument: index.Instrument, node: index.Node, lowest: bool) -> tuple[Value, ...]:
    above = instrument.parents.get(node.code)
    share = Fraction(1) if above is None else above.shares[above.children.index(node)]
    return (
        node.code,
        None if above is None else above.code,
        node.title["id"],
        node.title["en"],
        node.weight,
        str(share),
        lowest,
        None if lowest else node.aggregation.value,
        None if lowest else node.power,
        None if lowest else node.missing.value,
        None if lowest else node.minimum_share,
    )


def _groups(book: Book) -> DataTable:
    return DataTable(
        name="groups",
        title="Groups inside which regions are ranked",
        description="One row for each group of the campaign.",
        key=("group",),
        fields=(
            Field("group", "string", "Code of the group", {"required": True}),
            Field("title_id", "string", "Title in Indonesian", {"required": True}),
            Field("title_en", "string", "Title in English", {"required": True}),
        ),
        rows=tuple((code, title.id, title.en) for code, title in sorted(book.groups.items())),
    )


def _predicates(instrument: index.Instrument) -> DataTable:
    rows: tuple[tuple[str, str, str, Decimal], ...] = tuple(
        (predicate.code, predicate.title["id"], predicate.title["en"], predicate.threshold)
        for predicate in instrument.predicates
    )
    return DataTable(
        name="predicates",
        title="Predicates of finals",
        description="A published final holds the first predicate, from the highest down, whose threshold it reaches.",
        key=("predicate",),
        fields=(
            Field("predicate", "string", "Code of the predicate", {"required": True}),
            Field("title_id", "string", "Title in Indonesian", {"required": True}),
            Field("title_en", "string", "Title in English", {"required": True}),
            Field("threshold", "number", "Lowest final that holds it", {"required": True}),
        ),
        rows=rows,
    )
