from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from index.trees import SMALL
from pilar import index
from pilar.index.reading.document import MAX_BYTES


def codes(text: str) -> list[str]:
    return [fault.code for fault in index.check_instrument(text, "x.yaml")]


def only_fault(old: str, new: str, text: str = SMALL) -> index.Fault:
    assert old in text
    faults = index.check_instrument(text.replace(old, new, 1), "x.yaml")
    assert len(faults) == 1, [fault.text() for fault in faults]
    return faults[0]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_whole_file() -> None:
    small = index.parse_instrument(SMALL, "x.yaml")
    assert (small.code, small.version, small.year, small.decimals) == ("small", "1.0", 2023, 2)
    assert small.title == {"id": "Kecil", "en": "Small"}
    assert [node.code for node in small.nodes] == ["final", "policy", "poverty", "people", "programmes", "survey"]
    assert [leaf.code for leaf in small.leaves] == ["policy", "poverty", "programmes", "survey"]
    assert small.path("survey") == "final/people/survey"
    assert small.node("final").minimum_share == Decimal("0.25")
    assert small.node("people").aggregation is index.Aggregation.GEOMETRIC
    assert small.node("programmes").weight is None
    assert small.node("people").shares == (Decimal("0.5"), Decimal("0.5"))
    assert small.node("survey").evidence == index.Statement({"id": "Rekap survei", "en": "Survey recap"})
    assert small.sources == ("https://example.org/scale",)
    assert isinstance(small.node("poverty").mark, index.BandMark)
    with pytest.raises(KeyError):
        small.node("nothing")


def test_numbers_never_pass_through_binary_floating_point() -> None:
    text = SMALL.replace("from: 3.6,", "from: 3.600000000001,")
    assert index.parse_instrument(text).predicates[0].threshold == Decimal("3.600000000001")


def test_the_hash_is_that_of_the_content() -> None:
    first = index.parse_instrument(SMALL)
    spaced = SMALL.replace("decimals: 2\n", "").replace("code: small\n", "# a remark\n\ndecimals: 2\ncode:   small\n")
    assert index.parse_instrument(spaced).sha256 == first.sha256
    assert index.parse_instrument(SMALL.replace("weight: 40", "weight: 40.0")).sha256 == first.sha256
    inline = SMALL.replace("mark: whole", "mark: {kind: survey, source: assumption, minimum: 0, maximum: 2}")
    hashes = {
        index.parse_instrument(text).sha256
        for text in (SMALL, inline, SMALL.replace("Kecil", "Mungil"), SMALL.replace("reweight", "zero"))
        if not codes(text)
    }
    assert len(hashes) == 3
    assert len(first.sha256) == 64


def test_the_bandung_press_copy_is_refused_with_its_sum() -> None:
    children = "".join(
        f"    - {{code: {code}, title: {{id: a, en: a}}, weight: {weight}, source: assumption, mark: whole}}\n"
        for code, weight in zip(
            ("baseline", "output", "outcome", "impact", "quick_win"), (10, 20, 40, 30, 20), strict=True
        )
    )
    text = SMALL[: SMALL.index("    - code: policy")] + children
    (fault,) = index.check_instrument(text, "bandung.yaml")
    assert (fault.code, fault.fields["sum"]) == ("weights-sum", Decimal(120))
    assert fault.place == f"bandung.yaml, line {line_of(text, 'children:')}, final"
    assert "120" in fault.text()


def test_all_faults_at_once_each_with_its_line() -> None:
    text = (
        SMALL.replace("weight: 40", "weight: -40")
        .replace("kind: band", "kind: belt")
        .replace("code: best", "cod: best")
    )
    with pytest.raises(index.InstrumentFaults) as caught:
        index.parse_instrument(text, "x.yaml")
    found = {fault.code: fault.place for fault in caught.value.faults}
    assert found == {
        "negative-weight": f"x.yaml, line {line_of(text, 'weight: -40')}, final/policy",
        "weights-sum": f"x.yaml, line {line_of(text, 'children:')}, final",
        "choice": f"x.yaml, line {line_of(text, 'kind: belt')}, final/poverty",
        "unknown-key": f"x.yaml, line {line_of(text, 'cod: best')}",
        "missing-key": f"x.yaml, line {line_of(text, 'cod: best')}",
    }
    assert str(caught.value).count("\n") == 4


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("format: 1", "format: 2", "format"),
        ("code: small", "code: Small One", "text"),
        ("version: 1.0", "version: first", "text"),
        ("version: 1.0", "version:", "text"),
        ("year: 2023", "year: 23", "whole"),
        ("year: 2023", "year: 2023.5", "whole"),
        ("decimals: 2", "decimals: two", "number"),
        ("decimals: 2", "decimals: 2,5", "number"),
        ("decimals: 2", "decimals: 1e1", "number"),
        ("decimals: 2", "decimals: .nan", "number"),
        ("decimals: 2", "decimals: 13", "whole"),
        ("decimals: 2\n", "", "missing-key"),
        ("decimals: 2", "decimals: 2\ndecimals: 2", "repeated-key"),
        ("decimals: 2", "decimals: 2\n<<: {a: 1}", "unknown-key"),
        ("decimals: 2", "decimals: 2\n~: 1", "unknown-key"),
        ("rounding: half-up", "rounding: down", "choice"),
        ("ties: shared", "ties: [shared]", "text"),
        ("id: Kecil, en: Small", "id: Kecil", "missing-key"),
        ("id: Kecil, en: Small", "id: Kecil, en: ' '", "text"),
        ("{id: Kecil, en: Small}", "Kecil", "mapping"),
        ("https://example.org/scale", "a book", "source"),
        ("minimum: 0, maximum: 4, min", "minimum: 4, maximum: 4, min", "scale"),
        ("minimum: 0, maximum: 4, min", "minimum: zero, maximum: 4, min", "number"),
        ("from: 2,", "from: 3.6,", "predicates"),
        ("from: 2,", "from: 4.1,", "off-scale"),
        ("code: fair", "code: best", "repeated-key"),
        ("from: 2,", "from: low,", "number"),
        ("{value: 1,", "{value: 0.5,", "levels"),
        ("{value: 2,", "{value: 3,", "levels"),
        ("{value: 2,", "{value: x,", "number"),
        ("{id: Dua, en: Two}", "{id: Dua}", "missing-key"),
        ("- {value: 2, title: {id: Dua, en: Two}}", "- two", "mapping"),
        ("    kind: level", "    kind: level\n    unit: {id: a, en: b}", "mark-key"),
        ("minimum: 1, maximum: 4}", "minimum: 1}", "mark-key"),
        ("minimum: 1, maximum: 4}", "minimum: 4, maximum: 4}", "survey"),
        ("minimum: 1, maximum: 4}", "minimum: 1, maximum: 5}", "off-scale"),
        ("{from: 5, to: 20.5", "{from: 6, to: 20.5", "band-gap"),
        ("{from: 5, to: 20.5", "{from: 4, to: 20.5", "band-overlap"),
        ("{from: 5, to: 20.5", "{from: 5", "band-overlap"),
        ("to: 100", "to: 20.5", "band-empty"),
        ("to: 100, value: 0", "to: 100, value: 9", "off-scale"),
        ("to: 100", "to: all", "number"),
        ("{id: persen, en: per cent}", "percent", "mapping"),
        ("code: final", "code: finish", "root"),
        ("  code: final", "  code: final\n  weight: 100", "root-weight"),
        ("code: poverty", "code: policy", "repeated-code"),
        ("code: poverty", "code: Poverty", "text"),
        ("weight: 40", "weight: heavy", "number"),
        ("      weight: 40\n", "", "weights-partly"),
        ("weight: 40", "weight: 40.000000000001", "weights-sum"),
        ("minimum_share: 0.25", "minimum_share: 0", "minimum-share"),
        ("missing: reweight", "missing: zero", "minimum-share"),
        ("missing: reweight", "missing: guess", "minimum-share"),
        ("missing: require", "missing: zero", "zero-rule"),
        ("aggregation: geometric-mean", "aggregation: power-mean", "power"),
        ("aggregation: geometric-mean", "aggregation: power-mean\n      power: 0", "power"),
        ("aggregation: geometric-mean", "aggregation: geometric-mean\n      power: 2", "power"),
        ("aggregation: geometric-mean", "aggregation: power-mean\n      power: 100.1", "power-range"),
        ("aggregation: geometric-mean", "aggregation: power-mean\n      power: -1000000", "power-range"),
        ("minimum: 0, maximum: 4, min", "minimum: -1, maximum: 4, min", "negative-scale"),
        ("      mark: whole\n", "", "no-mark"),
        ("mark: whole", "mark: hole", "unknown-mark"),
        ("mark: whole", "mark: whole\n      missing: zero", "leaf-key"),
        ("      missing: require", "      missing: require\n      mark: whole", "mark-and-children"),
        ("      missing: require\n", "", "missing-key"),
        ("  whole:\n", "  Whole mark:\n", "mark-name"),
    ],
)  # fmt: skip
def test_what_is_refused(old: str, new: str, code: str) -> None:
    assert old in SMALL
    found = codes(SMALL.replace(old, new, 1))
    assert code in found
    assert len(found) <= 2, found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("- a\n", "mapping"),
        ("a: [", "yaml"),
        ("a: \x01", "yaml"),
        ("a: 1\n---\nb: 2\n", "documents"),
        ("? [a]\n: 1\n", "key"),
        ("[" * 100, "nesting"),
        ("[" * 200_000, "nesting"),
        ("a: " + "x" * MAX_BYTES, "too-large"),
    ],
)
def test_a_document_that_cannot_be_read_further(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("mark: whole", "mark: *whole", "alias", "tree/children/policy/mark"),
        ("mark: whole", "mark: !!python/object:os.system x", "tag", "tree/children/policy/mark"),
        ("{id: Dua, en: Two}", "*two", "alias", "marks/whole/levels/3/title"),
        ("- {value: 2, title: {id: Dua, en: Two}}", "- *two", "alias", "marks/whole/levels/3"),
        ("title: {id: Kecil, en: Small}", "title: &x [*x]", "cycle", "title/1"),
        ("ties: shared", "*ties : shared\nties: shared", "alias", ""),
        ("levels:", "levels: !!seq", "tag", "marks/whole/levels"),
        ("year: 2023", "year: !!int 2023", "tag", "year"),
        ("{id: Kecil,", '{id: "Ke\\0cil",', "nul-character", "title/id"),
    ],
)
def test_an_alias_or_a_tag_hides_no_other_fault(old: str, new: str, code: str, path: str) -> None:
    text = SMALL.replace(old, new, 1).replace("rounding: half-up", "rounding: down").replace("weight: 40", "weight: x")
    faults = {fault.code: fault for fault in index.check_instrument(text, "x.yaml")}
    assert faults[code].place == ", ".join(filter(None, ("x.yaml", f"line {line_of(text, new.splitlines()[0])}", path)))
    assert {"choice", "number"} < set(faults)
    assert set(faults) <= {code, "choice", "number", "mapping"}


def test_what_was_found_before_reading_ended_is_told_too() -> None:
    assert codes("a: !!int 1\nb: *x\nc: [\n") == ["tag", "alias", "yaml"]


def test_everything_refused_at_once() -> None:
    assert codes("*a") == ["alias"]
    assert "alias" in codes(SMALL[: SMALL.index("tree:")] + "tree: *tree\n")
    assert codes(SMALL.replace("mark: whole", "mark: *whole").replace("bands:\n          - {from: 0, to: 5, value: 4}",
                 "bands:\n          - *first", 1)) == ["alias", "alias"]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{from: 0, to: 50, value: 1}", "{from: 10, to: 50, value: 1}", "ratio-start"),
        ("{from: 0, to: 50, value: 1}", "{from: -5, to: 50, value: 1}", "ratio-start"),
        ("{from: 50, value: 4}", "{from: 50, to: 100, value: 4}", "ratio-end"),
    ],
)
def test_the_bands_of_a_ratio_hold_every_percentage(old: str, new: str, code: str) -> None:
    fault = only_fault(old, new)
    assert fault.code == code
    assert fault.place.endswith("final/people/programmes")


def test_a_ratio_with_an_unreadable_band_is_told_once() -> None:
    assert only_fault("{from: 0, to: 50, value: 1}", "{from: low, to: 50, value: 1}").code == "number"


def test_places_of_single_faults() -> None:
    assert only_fault("weight: 40", "weight: heavy").text().startswith("x.yaml, line 36, final/policy: weight must be")
    assert only_fault("id: Kecil, en: Small", "id: Kecil").place == "x.yaml, line 4"
    assert only_fault("code: poverty", "code: policy").fields == {
        "code": "policy",
        "line": line_of(SMALL, "code: policy"),
    }
    assert only_fault("{value: 2,", "{value: 3,").place == f"x.yaml, line {line_of(SMALL, '{value: 2')}, marks/whole"


def test_lists_and_blocks_of_the_wrong_shape() -> None:
    head, tail = SMALL.split("marks:\n")
    tree = tail[tail.index("tree:") :]
    assert "mapping" in codes(f"{head}marks: none\n{tree}")
    assert "list" in codes(SMALL[: SMALL.index("  children:")] + "  children: []\n")
    assert codes(SMALL[: SMALL.index("tree:")]) == ["missing-key"]
    assert codes(SMALL[: SMALL.index("tree:")] + "tree: none\n") == ["mapping"]
    assert codes(SMALL.replace("  whole:\n", "  whole: 1\n  whole:\n", 1)) == ["mapping", "repeated-key"]


def test_a_file_without_marks_and_predicates() -> None:
    tree = SMALL[SMALL.index("tree:") :].replace(
        "mark: whole", "mark: {kind: survey, source: assumption, minimum: 0, maximum: 4}"
    )
    small = index.parse_instrument(SMALL[: SMALL.index("predicates:")] + tree)
    assert small.predicates == ()
    assert small.predicate(Decimal(4)) is None


def test_depth_is_limited() -> None:
    text = SMALL[: SMALL.index("tree:")] + "tree:\n"
    for depth in range(21):
        indent = "  " + "  " * depth
        first = f"{indent}code: {'final' if depth == 0 else f'n{depth}'}\n"
        text += first if depth == 0 else f"{indent[:-2]}- {first.strip()}\n"
        text += f"{indent}title: {{id: a, en: a}}\n{indent}source: assumption\n"
        if depth < 20:
            text += (
                f"{indent}aggregation: weighted-mean\n{indent}missing: require\n{indent}weights_source: assumption\n"
            )
            text += f"{indent}children:\n"
        else:
            text += f"{indent}mark: whole\n"
    (fault,) = index.check_instrument(text, "deep.yaml")
    assert fault.code == "depth"
    assert fault.place.endswith("n19/n20")


def test_reading_files(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert index.read_instrument(good).code == "small"
    latin, large, folder = tmp_path / "latin.yaml", tmp_path / "large.yaml", tmp_path / "folder.yaml"
    latin.write_bytes(b"title: caf\xe9\n")
    large.write_bytes(b" " * (MAX_BYTES + 1))
    folder.mkdir()
    for path, code in (
        (latin, "encoding"),
        (large, "too-large"),
        (folder, "unreadable"),
        (tmp_path / "absent.yaml", "unreadable"),
    ):
        with pytest.raises(index.InstrumentFaults) as caught:
            index.read_instrument(str(path))
        (fault,) = caught.value.faults
        assert (fault.code, fault.place) == (code, path.name)


HASH_OF_SMALL = "ab43a6b3ddf7b4c8b39716473b07b4490020a89ddc0d66138caefec9abea06ad"
NOT_APPLICABLE = SMALL.replace("mark: whole", "mark: whole\n      not_applicable: true", 1)


def test_a_leaf_that_may_be_not_applicable() -> None:
    of = index.parse_instrument(NOT_APPLICABLE)
    assert [leaf.code for leaf in of.leaves if leaf.not_applicable] == ["policy"]
    assert of.sha256 != index.parse_instrument(SMALL).sha256
    assert [(one.path, one.what) for one in index.compare(index.parse_instrument(SMALL), of)] == [
        ("final/policy", "not_applicable")
    ]


def test_files_without_the_key_keep_the_hash_they_had_before_it_existed() -> None:
    assert index.parse_instrument(SMALL).sha256 == HASH_OF_SMALL


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("not_applicable: true", "not_applicable: false", "yes"),
        ("not_applicable: true", "not_applicable: [true]", "yes"),
        ("  missing: reweight\n  minimum_share: 0.25\n", "  missing: require\n", "not-applicable"),
        ("  missing: reweight\n  minimum_share: 0.25\n", "  missing: zero\n", "not-applicable"),
        ("      missing: require", "      missing: require\n      not_applicable: true", "parent-key"),
        ("          evidence: {", "          not_applicable: true\n          evidence: {", "not-applicable"),
    ],
)
def test_where_not_applicable_cannot_stand(old: str, new: str, code: str) -> None:
    assert only_fault(old, new, NOT_APPLICABLE).code == code


def test_a_branch_that_falls_away_whole_needs_reweighting_above_it_too() -> None:
    whole = NOT_APPLICABLE.replace("      missing: require", "      missing: reweight")
    for leaf in ("code: programmes", "code: survey", "code: poverty"):
        whole = whole.replace(leaf, f"{leaf}\n@not_applicable: true", 1)
    lines = whole.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("@"):
            before = lines[number - 1]
            lines[number] = " " * (before.index("- ") + 2) + line[1:]
    assert codes("\n".join(lines)) == ["nothing-applicable"]
