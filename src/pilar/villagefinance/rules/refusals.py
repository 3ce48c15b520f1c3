"""Refusals of the database (``models.triggers``) as errors with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

SENTENCES = {
    "account_not_booked_on": N_("Nothing is booked on account %(account)s: it has accounts below it, or was closed"),
    "activity_not_spent_on": N_("No money is spent on %(activity)s: name an activity of the third level"),
    "advance_below_zero": N_(
        "Of the advance for %(of)s less is held than this takes, by %(amount)s rupiah on %(day)s. Account for what was "
        "given"
    ),
    "account_of_two_people": N_("Somebody else agrees the account of the year (LPJ) than has made it"),
    "below_what_is_spent": N_("Line %(line)s would have less than was already spent or promised"),
    "budget_is_enacted": N_("This version of the budget is enacted and does not change. Draw up another one"),
    "budget_not_in_force": N_("On %(day)s no budget is in force that gives money to line %(line)s"),
    "budget_out_of_order": N_("A later version of the budget is in force already"),
    "budget_unbalanced": N_("Revenue, expenditure and financing do not come to zero but to %(amount)s rupiah"),
    "cash_plan_below_spent": N_("The cash plan of line %(line)s gives less than was already spent or promised"),
    "cash_plan_differs": N_("The months of line %(line)s do not come to its amount"),
    "cash_plan_is_approved": N_("This cash plan is approved. The head gives the DPA back before it changes"),
    "cash_below_zero": N_("Account %(of)s would be short of %(amount)s rupiah on %(day)s"),
    "closing_differs": N_("The closing of a year takes all that was realised in it to the surplus"),
    "closing_of_other_accounts": N_("The closing of a year moves revenue, expenditure, financing and surplus alone"),
    "cost_plan_differs": N_("The cost plan of line %(line)s does not come to its amount"),
    "entry_in_the_future": N_("Nothing is booked before it happens. Choose today or an earlier day"),
    "entry_unbalanced": N_("Debits and credits of an entry are the same"),
    "entry_without_lines": N_("An entry has at least two lines"),
    "execution_of_two_people": N_("Somebody else approves the DPA than has checked it"),
    "fund_below_zero": N_("Fund %(of)s would be short of %(amount)s rupiah on %(day)s"),
    "later_year_is_begun": N_("A later year has been begun already, with what there was before it"),
    "line_of_no_budget": N_("Account %(account)s is booked under its own line of the budget"),
    "lines_added_later": N_("Lines are not added to an entry. Reverse it and book it again"),
    "lines_differ_from_digest": N_("The lines of an entry are not those that it says"),
    "lines_too_few": N_("An entry has at least two lines"),
    "match_unbalanced": N_("Movements of the bank and of the books are one only where they come to the same amount"),
    "matched_line_unknown": N_("This movement is not in the books. Load the page again"),
    "month_is_closed": N_("This month is closed. Have it opened again, or book on a day of an open month"),
    "month_is_open": N_("This month is open"),
    "month_without_reason": N_(
        "Line %(line)s has %(amount)s rupiah less than this takes in the cash plan of the months so far. Say why"
    ),
    "no_books": N_("This village has no books yet. Ask the office for villages to begin them"),
    "opening_differs": N_("A year opens with what the year before closed with"),
    "opening_is_built_on": N_("An opening is taken back only while nothing else is booked in its year"),
    "opening_is_missing": N_("The year is not open yet. Carry over first what the year before closed with"),
    "opening_not_first": N_("The opening is the first entry of a year, and there is one alone"),
    "over_the_budget": N_("Line %(line)s of the budget has %(amount)s rupiah less than this takes"),
    "over_the_plan": N_(
        "The cash plan gives line %(line)s %(amount)s rupiah less than this takes by the end of the period"
    ),
    "remitted_above_withheld": N_("Of %(of)s less was withheld by %(day)s than this remits, by %(amount)s rupiah"),
    "remittance_differs": N_("The receipt of the state is not for what its entry remits"),
    "remittance_of_others": N_("A receipt of the state covers tax of its own kind, and no more than was paid"),
    "remittance_renumbered": N_("The receipt number (NTPN) of a remittance is corrected by two people alone"),
    "remittance_stays": N_(
        "A remittance is not reversed. A mistyped receipt number (NTPN) is corrected under Taxes; pay what it says and "
        "was not paid, and have a wrong tax corrected at the treasury (pemindahbukuan)"
    ),
    "reopening_not_asked": N_("Nobody has asked to open this month again"),
    "reversal_differs": N_("A reversal takes back an entry whole"),
    "reversal_of_a_reversal": N_("A reversal is not reversed. Book again what was right"),
    "reversed_already": N_("This entry was reversed already"),
    "surplus_below_zero": N_(
        "Fund %(of)s would have spent %(amount)s rupiah more than it got on %(day)s. Tax that was withheld is for the "
        "state"
    ),
    "transfer_above_ceiling": N_(
        "Fund %(fund)s would get %(amount)s rupiah more than its ceiling. Have the new ceiling entered first"
    ),
    "year_before_is_open": N_("Close the year before first"),
    "year_is_closed": N_("This year is closed"),
    "year_is_moved": N_("The books of %(year)s are kept apart and only read. Book in a later year"),
    "year_not_kept": N_("Books of this year are not kept here. Ask who runs the installation to make room for it"),
    # Constraints of the tables.
    "budget_amended_once_a_year": N_(
        "The year has had its amendment; a further one names the regulation that allows it"
    ),
    "budget_original_once": N_("The budget of this year has been begun already"),
    "entry_of_three_people": N_("Three people make, check and approve this: nobody does two of it"),
    "line_account_of_account": N_("There is no such account in the chart of this region"),
    "line_account_of_bankaccount": N_("The village has no such cash box or bank account"),
    "line_fund_of_fund": N_("There is no such source of funds in this region"),
    "line_line_of_budgetline": N_("The budget has no such line"),
    "line_spending_has_an_activity": N_("Say for which activity the money is"),
    "villagefinance_matchedline_pkey": N_("The books have this movement in another match already"),
    "villagefinance_matchedrow_pkey": N_("The bank has this movement in another match already"),
    "line_side_and_amount": N_("An amount is more than zero"),
    "period_reopened_by_two_with_a_reason": N_("Somebody else opens the month again than asked for it, with a reason"),
}


class Refused(PilarError):
    """The books or the budget do not allow this; ``code`` is the name of the rule with hyphens."""

    code = "refused-by-the-books"
    status = 409

    def __init__(self, *, rule: str, **fields: Any) -> None:
        super().__init__(rule=rule, **fields)
        self.rule = rule

    def text(self) -> str:
        """The sentence of the rule in the reader's language."""
        return translate(SENTENCES[self.rule], **self.fields)

    def members(self) -> dict[str, Any]:
        """Return the name of the rule, for the problem document."""
        return {"rule": self.rule}


def refused(rule: str, detail: Mapping[str, Any]) -> Refused | None:
    """Return the error for a rule that the database refused under this name; None if it has no sentence."""
    read: dict[str, Any] = {"amount": Decimal, "day": date.fromisoformat}
    fields = {name: read.get(name, lambda same: same)(value) for name, value in detail.items()}
    return Refused(rule=rule, **fields) if rule in SENTENCES else None
