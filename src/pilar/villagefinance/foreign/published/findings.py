"""Findings in a published budget that a ledger would refuse, each with its place and amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pilar.platform.language import N_
from pilar.platform.tables import Column, shown
from pilar.villagefinance import reference
from pilar.villagefinance.foreign.published.headings import Figure, Layout
from pilar.villagefinance.foreign.published.lines import SEN, SILPA, Amounts, Item, Line, Rows, sum_of
from pilar.villagefinance.foreign.published.sums import FINANCING, ZERO, Sums
from pilar.villagefinance.rules import codes
from pilar.villagefinance.rules.evaluation import BudgetRow, Check, operational_share

FIRST_OPEN = "90"
"""From this last part of a code on, regions give names of their own."""
BOTH_WAYS = (codes.FINANCING_IN, codes.FINANCING_OUT)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Finding:
    """``amount``: the difference, or the amount concerned. ``row`` and ``column`` are None for a finding about the
    whole."""

    code: str
    sentence: str
    amount: Decimal
    row: int | None = None
    column: Column | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A budget under check; ``ceiling`` is the rule of its year on the share of officials, or None."""

    layout: Layout
    rows: Rows
    sums: Sums
    ceiling: reference.OperationalShare | None

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings: those about the whole first, then by row."""
        parts = (self._balance(), self._officials(), self._funds(), self._codes(), self._lines(), self._printed())
        return tuple(
            sorted(
                (finding for part in parts for finding in part), key=lambda finding: (finding.row or 0, finding.code)
            )
        )

    def share(self, figure: Figure) -> Check | None:
        """Check the cost of officials and council as for a draft; None where it cannot be computed."""
        if self.ceiling is None or not self.sums.fields():
            return None
        rows = (
            BudgetRow(line.activity, line.account, line.fund, line.amounts.get(figure, ZERO))
            for line in self.sums.leaves
        )
        check = operational_share(rows, self.ceiling)
        unclear = not check.faults and any(self._may_hold(line, self.ceiling) for line in self.sums.leaves)
        return None if check.figures["base"] <= 0 or unclear else check

    def _may_hold(self, line: Line, ceiling: reference.OperationalShare) -> bool:
        """Return whether part of a line may fall under the ceiling, because it does not name its activity."""
        above = {head for activity in ceiling.activities for head in ("", *codes.parts(activity)[:-1])}
        return line.activity in above and codes.is_under(line.account, codes.EXPENDITURE)

    @property
    def is_whole(self) -> bool:
        """Return whether there are both revenue and expenditure, so that it can balance."""
        return {codes.REVENUE, codes.EXPENDITURE} <= set(self.sums.accounts(1))

    def _size(self, amounts: Amounts) -> Decimal:
        """Return the size of a row: its amount in force, or its realisation."""
        return amounts.get([*self.layout.figures, *self.layout.planned][-1], ZERO)

    def _of(self, code: str, sentence: str, line: Line, column: Column | None = None, **fields: Any) -> Finding:
        given = {"code": shown(line.written), **fields}
        return Finding(code, sentence, self._size(line.amounts), line.row, column or line.column, given)

    def _each(self, code: str, sentence: str, whole: str, lines: Sequence[Line], of: int) -> Iterator[Finding]:
        """Yield a finding for each line, or one for the table if all lines ``of`` this kind have it (``whole``)."""
        if lines and len(lines) == of:
            yield Finding(code, whole, self._size(sum_of(line.amounts for line in lines)))
        else:
            yield from (self._of(code, sentence, line) for line in lines)

    def _balance(self) -> Iterator[Finding]:
        printed = next((total for total in self.rows.totals if total.weights == SILPA), None)
        row = printed.row if printed else None
        for figure, column in self.layout.figures.items():
            rest = self.sums.weighed(SILPA, figure) if self.is_whole else ZERO
            if figure is not Figure.REALISED and rest:
                sentence = N_("Revenue less expenditure, with financing, leaves %(amount)s; a budget leaves nothing")
                yield Finding("UNBALANCED_BUDGET", sentence, rest, row, column, {"amount": rest})
            lowest = min(rest, printed.amounts.get(figure, ZERO) if printed else ZERO)
            if lowest < 0:
                sentence = N_("SiLPA is %(amount)s: more goes out than there is")
                yield Finding("NEGATIVE_SILPA", sentence, lowest, row, column, {"amount": lowest})

    def _officials(self) -> Iterator[Finding]:
        for figure in self.layout.planned:
            check = self.share(figure)
            if check and check.faults and self.ceiling:
                sentence = N_(
                    "Pay and allowances of officials and the council take %(percent)s %% of expenditure; "
                    "at most %(most)s %% may be"
                )
                fields = {"percent": check.figures["percent"], "most": Decimal(int(self.ceiling.most * HUNDRED))}
                over = check.figures["amount"] - self.ceiling.most * check.figures["base"]
                column = self.layout.figures[figure]
                yield Finding("OPERATIONAL_OVER_30", sentence, over.quantize(SEN, ROUND_HALF_UP), None, column, fields)

    def _funds(self) -> Iterator[Finding]:
        unclear = [line for line in self.sums.funds.get("", ()) if self._size(line.amounts)]
        for line in unclear:
            if None in line.funds:
                yield self._of("UNKNOWN_FUND", N_("%(code)s names a fund that is not known"), line, self.layout.fund)
            elif line.funds:
                sentence = N_("%(code)s names several funds and not how much is of each")
                yield self._of("SEVERAL_FUNDS", sentence, line, self.layout.fund)
        missing = [line for line in unclear if not line.funds and _goes_out(line)]
        of = len([line for line in self.sums.leaves if _goes_out(line) and self._size(line.amounts)])
        yield from self._each(
            "MISSING_FUND", N_("%(code)s names no fund"), N_("No expenditure names its fund"), missing, of
        )
        if unclear or not self.is_whole:
            return
        for fund, lines in self.sums.funds.items():
            for figure, column in self.layout.figures.items():
                rest = sum((line.amounts.get(figure, ZERO) * (-1 if _goes_out(line) else 1) for line in lines), ZERO)
                if rest < 0:
                    sentence = N_("Of %(fund)s more goes out than there is, by %(amount)s")
                    yield Finding("FUND_OVERSPENT", sentence, -rest, None, column, {"fund": fund, "amount": -rest})

    def _codes(self) -> Iterator[Finding]:
        for row, column, written, amounts in self.rows.unread:
            sentence = N_("%(code)s is no code of a budget; the row is not counted")
            yield Finding("UNKNOWN_CODE", sentence, self._size(amounts), row.number, column, {"code": shown(written)})
        for line in self.rows.lines:
            if not (is_known(line.account, reference.accounts()) and is_known(line.activity, reference.activities())):
                yield self._of("UNKNOWN_CODE", N_("%(code)s is not in the chart of the regulation"), line)
        leaves = [line for line in self.sums.leaves if self._size(line.amounts)]
        rough = [line for line in leaves if len(line.account.split(".")) < len(codes.ACCOUNT_WIDTHS)]
        sentence = N_("%(code)s is no object of expenditure, revenue or financing, on which alone may be booked")
        whole = N_("The table ends above the objects, on which alone may be booked")
        yield from self._each("CODE_NOT_LEAF", sentence, whole, rough, len(leaves))
        spending = [line for line in leaves if codes.is_under(line.account, codes.EXPENDITURE)]
        idle = [line for line in spending if len(line.activity.split(".")) < len(codes.ACTIVITY_WIDTHS)]
        sentence, whole = N_("%(code)s names no activity"), N_("No expenditure names its activity")
        yield from self._each("MISSING_ACTIVITY", sentence, whole, idle, len(spending))

    def _lines(self) -> Iterator[Finding]:
        for number, column, amount in self.rows.inexact:
            sentence = N_("%(amount)s has less than a sen")
            yield Finding("FRACTION_OF_SEN", sentence, amount, number, column, {"amount": amount})
        seen: dict[Any, int] = {}
        for line in self.sums.leaves:
            for figure, amount in line.amounts.items():
                if amount < 0 and line.key != FINANCING:
                    column, fields = self.layout.figures[figure], {"code": shown(line.written), "amount": amount}
                    sentence = N_("%(code)s is below zero: %(amount)s")
                    yield Finding("NEGATIVE_AMOUNT", sentence, amount, line.row, column, fields)
            first = seen.setdefault((line.key, line.funds), line.row)
            if first != line.row:
                sentence = N_("%(code)s stands in row %(first)s already; both are counted")
                yield self._of("DUPLICATE_LINE", sentence, line, first=first)
            yield from self._over_budget(line)

    def _over_budget(self, line: Line) -> Iterator[Finding]:
        if Figure.REALISED not in self.layout.figures or not self.layout.planned or not _goes_out(line):
            return
        realised, planned = line.amounts.get(Figure.REALISED, ZERO), self._size(line.amounts)
        if realised > planned:
            fields = {"code": shown(line.written), "realised": realised, "planned": planned}
            sentence = N_("Of %(code)s %(realised)s was realised, the budget is %(planned)s")
            column = self.layout.figures[Figure.REALISED]
            yield Finding("OVER_BUDGET", sentence, realised - planned, line.row, column, fields)

    def _printed(self) -> Iterator[Finding]:
        """Check the totals that the table prints against its rows."""
        for line in self.sums.subtotals:
            for figure, printed in line.amounts.items():
                expected = [self.sums.under(line.key, figure)]
                if line.key == FINANCING:  # some print what comes in and what goes out as one sum
                    expected.append(sum(self.sums.under(("", way), figure) for way in BOTH_WAYS))
                if printed not in expected and (own := self.sums.under_fund(line)):
                    expected.append(sum_of(leaf.amounts for leaf in own).get(figure, ZERO))
                yield from self._differs(line.row, line.name or line.written, figure, printed, expected)
        parted = not any(line.key == FINANCING for line in self.sums.leaves)
        for total in self.rows.totals:
            if not parted and not total.weights.keys().isdisjoint(BOTH_WAYS):
                continue  # financing is printed as one total
            for figure, printed in total.amounts.items():
                expected = [self.sums.weighed(total.weights, figure)]
                if total.key:
                    expected = [self.sums.under(key, figure) for key in (total.key, ("", total.key[1]))]
                yield from self._differs(total.row, total.name, figure, printed, expected)
        for item in self.rows.loose:
            yield self._uncoded(item)
        for line in self.rows.lines:
            items = sum_of(item.amounts for item in line.items)
            if any(items[figure] != line.amounts.get(figure, ZERO) for figure in items):
                yield from map(self._uncoded, line.items)

    def _uncoded(self, item: Item) -> Finding:
        sentence = N_("“%(name)s” has an amount and no code, and is not part of the row above; it is not counted")
        return Finding("UNCODED_AMOUNT", sentence, self._size(item.amounts), item.row, None, {"name": shown(item.name)})

    def _differs(
        self, row: int, name: str, figure: Figure, printed: Decimal, expected: Sequence[Decimal]
    ) -> Iterator[Finding]:
        if printed not in expected:
            nearest = min(expected, key=lambda amount: abs(printed - amount))
            sentence = N_("“%(name)s” is printed as %(printed)s, but its rows add up to %(sum)s")
            fields = {"name": shown(name), "printed": printed, "sum": nearest}
            column = self.layout.figures[figure]
            yield Finding("SUBTOTAL_DIFFERS", sentence, printed - nearest, row, column, fields)


def is_known(code: str, chart: Mapping[str, object]) -> bool:
    """Return whether a code is empty, in the chart, or in the open range below a code of the chart."""
    head, _dot, last = code.rpartition(".")
    return not code or code in chart or (last >= FIRST_OPEN and len(last) == len(FIRST_OPEN) and head in chart)


def _goes_out(line: Line) -> bool:
    """Return whether the line takes money away: expenditure and financing out."""
    return codes.is_under(line.account, codes.EXPENDITURE) or codes.is_under(line.account, codes.FINANCING_OUT)
