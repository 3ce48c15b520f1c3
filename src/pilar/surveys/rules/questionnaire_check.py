"""Check the file of a questionnaire that somebody sent: every fault at once, each with its line.

A file that passes can be read by ``reference.parse``. The format: docs/survey-format.md.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from pilar import index
from pilar.index.reading.document import Refused, Scalar, load
from pilar.index.reading.fields import CODE, INSTRUMENT_CODE, VERSION, Fields
from pilar.index.reading.top import read_basis
from pilar.platform.language import N_
from pilar.surveys.rules.answers import MAX_WORDS, Flag, storable
from pilar.surveys.rules.paper import CELL, CONSENT, DAY, GROUP, NUMBER
from pilar.surveys.rules.questionnaire import ItemKind, Kind

FORMAT = "1"
MAX_CODE, MAX_VERSION, MAX_TITLE = 60, 20, 300
MAX_LISTED, MAX_ITEMS = 60, 100
LOWEST, HIGHEST = 1, 10
"""The lowest and highest possible value of a scale."""
ELEMENTS = 9
"""The elements of a satisfaction survey, by PermenPAN-RB 14/2017."""
MAX_CONVERTED = 100
RESERVED = frozenset({CELL, CONSENT, DAY, GROUP, NUMBER, "contact", "alamat_situs", "key", "mode", "do"})
"""Names with another meaning in forms and files of answers."""
DISTRICTS = "districts"
REQUIRED = (
    "format", "code", "version", "kind", "title", "source", "purpose", "consent", "scale", "profile", "sections",
    "quota", "quality",
)  # fmt: skip
OPTIONAL = ("basis", "groups", "satisfaction")
TWICE = N_("The code %(code)s stands here twice.")


def check(text: str) -> list[index.Fault]:
    """Return every fault of the text; empty if the questionnaire can be sent."""
    faults: list[index.Fault] = []
    try:
        value = load(text, "", faults)
    except Refused:
        return faults
    top = Fields("", "", value.line, faults).inside(value, "", REQUIRED, OPTIONAL, "questionnaire")
    if top is None:
        return faults
    if top.text("format") not in (FORMAT, None):
        del faults[:]  # further faults would be meaningless for a file of another kind
        top.tell(index.Fault("format", N_("This is no questionnaire: one begins with format: 1.")), "format")
        return faults
    _Check(top).whole()
    return faults


class _Check:
    """One file while it is checked: the codes so far, and the possible answers to each item."""

    def __init__(self, top: Fields) -> None:
        self.top = top
        self.codes: set[str] = set()
        self.answers: dict[str, Collection[str] | None] = {}
        self.scale: list[int] = []
        self.marked = 0

    def whole(self) -> None:
        top = self.top
        for key, pattern, most in (("code", INSTRUMENT_CODE, MAX_CODE), ("version", VERSION, MAX_VERSION)):
            _short(top, key, top.text(key, pattern), most)
        kind = top.choice("kind", Kind)
        _texts(top, "title", MAX_TITLE)
        for key in ("purpose", "consent"):
            _texts(top, key)
        top.source()
        if "basis" in top.values:
            read_basis(top)
        else:
            sentence = N_(
                "Say on which paper the questionnaire rests: basis with kind (decree, letter or file), number, dated "
                "and status (official, inferred or assumption)."
            )
            top.tell(index.Fault("no-basis", sentence))
        self._scale()
        self._profile()
        for section in self._coded(top, "sections", ("code", "title", "items")):
            _texts(section, "title")
            self._items(section)
        self._numbers()
        self._satisfaction(kind)
        if self.scale and not self.marked and not top.faults:
            top.tell(index.Fault("no-scale", N_("No item is answered on the scale: nothing could be scored.")))

    def _scale(self) -> None:
        block = self.top.block("scale", ("source", "labels"))
        if block is None:
            return
        block.source()
        labels = block.blocks("labels", ("value", "title"))
        for label in labels:
            value = label.whole("value", LOWEST, HIGHEST)
            _texts(label, "title")
            if value is not None and self.scale and value <= self.scale[-1]:
                label.tell(index.Fault("not-rising", N_("The values of the scale rise from one to the next.")), "value")
            self.scale += [] if value is None else [value]
        if len(labels) == 1:
            block.tell(index.Fault("short-scale", N_("A scale has at least two values.")), "labels")

    def _profile(self) -> None:
        block, districts = self.top.block("profile", ("source", "fields")), 0
        if block is not None:
            block.source()
        for fields in block.blocks("fields", ("code", "title", "options"), ("required", "outside")) if block else ():
            self._name(fields)
            _texts(fields, "title")
            _flag(fields, "required")
            value = fields.value("options")
            if isinstance(value, Scalar) and value.text == DISTRICTS:
                districts += 1
                if "outside" not in fields.values:
                    fields.tell(index.Fault("missing-key", "%(key)s is missing.", {"key": "outside"}))
                _texts(fields, "outside")
            else:
                self._options(fields, "options")
            if districts > 1:
                fields.tell(index.Fault("districts-twice", N_("The district is asked for once.")), "options")
                districts = 1
        groups = self.top.block("groups", ("source", "list"))
        if groups is not None:
            groups.source()
            self._options(groups, "list")

    def _items(self, section: Fields) -> None:
        for item in section.blocks("items", ("code", "kind", "title"), ("required", "options", "when", "name")):
            kind = item.choice("kind", ItemKind)
            for key in ("title", "name"):
                _texts(item, key)
            _flag(item, "required")
            self._condition(item)
            code = self._name(item)
            options = self._options(item, "options")
            if kind is ItemKind.CHOICE and "options" not in item.values:
                item.tell(index.Fault("missing-key", "%(key)s is missing.", {"key": "options"}))
            elif kind not in (ItemKind.CHOICE, None) and "options" in item.values:
                item.tell(index.Fault("no-options", N_("Only an item of kind choice has options.")), "options")
            self.marked += kind is ItemKind.SCALE
            if code is not None:
                of_scale = [str(value) for value in self.scale] if kind is ItemKind.SCALE else None
                self.answers[code] = options if kind is ItemKind.CHOICE else of_scale
            if len(self.answers) == MAX_ITEMS + 1:
                fields = {"limit": MAX_ITEMS}
                item.tell(index.Fault("too-many-items", N_("More than %(limit)s questions."), fields))

    def _condition(self, item: Fields) -> None:
        when = item.block("when", ("item", "values"))
        if when is None:
            return
        asked = when.text("item", CODE)
        given = [value for value in when.items("values") if not (isinstance(value, Scalar) and value.refused)]
        if asked is None:
            return
        if asked not in self.answers:
            sentence = N_("%(item)s is not asked before this one.")
            when.tell(index.Fault("unknown-item", sentence, {"item": asked}), "item")
            return
        known = self.answers[asked]
        if known is None:
            sentence = N_("%(item)s is neither a choice nor on the scale: nothing can depend on it.")
            when.tell(index.Fault("open-item", sentence, {"item": asked}), "item")
            return
        for value in given:
            text = value.text if isinstance(value, Scalar) else None
            if text not in known:
                sentence = N_("“%(value)s” is no answer to %(item)s.")
                when.tell_at(
                    index.Fault("no-answer", sentence, {"value": (text or "")[:40], "item": asked}), value.line
                )

    def _numbers(self) -> None:
        quota = self.top.block("quota", ("source", "respondents"), ("programmes", "split_respondents"))
        if quota is not None:
            quota.source()
            quota.whole("respondents", 1, 100_000)
            quota.whole("programmes", 1, 1_000)
            quota.whole("split_respondents", 1, 100_000)
        quality = self.top.block("quality", ("source", "fastest_seconds", "straight_from", "weights"))
        if quality is not None:
            quality.source()
            quality.whole("fastest_seconds", 0, 3_600)
            quality.whole("straight_from", 2, 1_000)
            weights = quality.block("weights", tuple(Flag))
            for flag in Flag if weights else ():
                weights.whole(flag, 0, 100)  # type: ignore[union-attr]  # asked in the line above

    def _satisfaction(self, kind: Kind | None) -> None:
        keys = ("source", "factor", "printed_weight", "bands")
        rule = self.top.block("satisfaction", keys, ("law", "since"))
        if kind is not Kind.SATISFACTION:
            if rule is not None and kind is not None:
                sentence = N_("Only a questionnaire of kind satisfaction has this block.")
                self.top.tell(index.Fault("no-satisfaction", sentence), "satisfaction")
            return
        if rule is None:
            if "satisfaction" not in self.top.values:
                self.top.tell(index.Fault("missing-key", "%(key)s is missing.", {"key": "satisfaction"}))
            return
        if self.marked != ELEMENTS:
            sentence = N_("A satisfaction survey has %(count)s items on the scale, its elements; here are %(given)s.")
            fields = {"count": ELEMENTS, "given": self.marked}
            self.top.tell(index.Fault("elements", sentence, fields), "sections")
        rule.source()
        rule.text("law")
        rule.whole("since", 1900, 2999)
        printed = rule.number("printed_weight")
        if printed is not None and not 0 < printed < 1:
            sentence = N_("printed_weight is the part of one element, above 0 and below 1, such as 0.11.")
            rule.tell(index.Fault("printed-weight", sentence), "printed_weight")
        factor = rule.whole("factor", 1, MAX_CONVERTED)
        if factor is not None and self.scale and factor * max(self.scale) > MAX_CONVERTED:
            sentence = N_("The highest value times this factor is more than %(most)s.")
            rule.tell(index.Fault("factor", sentence, {"most": MAX_CONVERTED}), "factor")
        self._bands(rule, factor)

    def _bands(self, rule: Fields, factor: int | None) -> None:
        least: list[Decimal] = []
        codes: set[str] = set()
        bands = rule.blocks("bands", ("code", "from", "title"))
        for band in bands:
            _once(band, band.text("code", r"[A-Za-z0-9_]{1,10}"), codes)
            _texts(band, "title")
            start = band.number("from")
            if start is not None and least and start >= least[-1]:
                sentence = N_("Bands stand from the highest down.")
                band.tell(index.Fault("bands-fall", sentence), "from")
            least += [] if start is None else [start]
        if factor and self.scale and least and least[-1] > factor * min(self.scale):
            sentence = N_("The lowest band does not hold the lowest index, %(lowest)s.")
            bands[-1].tell(index.Fault("bands-gap", sentence, {"lowest": factor * min(self.scale)}), "from")

    def _coded(self, block: Fields, key: str, required: tuple[str, ...]) -> list[Fields]:
        """Return the mappings of a list, each with a unique code."""
        blocks, codes = block.blocks(key, required), set[str]()
        for inner in blocks:
            _once(inner, inner.text("code", CODE), codes)
        if len(blocks) > MAX_LISTED:
            fields = {"key": key, "limit": MAX_LISTED}
            block.tell(index.Fault("too-many", N_("%(key)s has more than %(limit)s entries."), fields), key)
        return blocks

    def _options(self, block: Fields, key: str) -> list[str]:
        blocks = self._coded(block, key, ("code", "title"))
        for fields in blocks:
            _texts(fields, "title")
        return [
            value.text for fields in blocks if isinstance(value := fields.values.get("code"), Scalar) and value.text
        ]

    def _name(self, block: Fields) -> str | None:
        """Return the code of a question, which nothing else in the questionnaire may have."""
        code = block.text("code", CODE)
        if code in RESERVED:
            sentence = N_("%(code)s is the name of something else in files of answers: take another code.")
            block.tell(index.Fault("reserved", sentence, {"code": code}), "code")
        _once(block, code, self.codes)
        return code


def _once(block: Fields, code: str | None, codes: set[str]) -> None:
    if code is None:
        return
    block.path = "/".join(filter(None, (block.path, code)))  # for all faults reported from now on
    if code in codes:
        block.tell(index.Fault("code-twice", TWICE, {"code": code}), "code")
    codes.add(code)


def _texts(block: Fields, key: str, most: int = MAX_WORDS) -> None:
    """Check a text in both languages that a page and the database can hold; do nothing where the key is absent."""
    for text in (block.titles(key) or {}).values():
        _short(block, key, text, most)
        if not storable(text):
            block.tell(index.Fault("text", "The value of %(key)s is empty or has the wrong form.", {"key": key}), key)


def _short(block: Fields, key: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        fields = {"key": key, "limit": most}
        block.tell(index.Fault("too-long", "%(key)s has more than %(limit)s characters.", fields), key)


def _flag(block: Fields, key: str) -> None:
    text = block.text(key)
    if text not in ("true", "false", None):
        block.tell(index.Fault("flag", N_("%(key)s is true or false."), {"key": key}), key)
