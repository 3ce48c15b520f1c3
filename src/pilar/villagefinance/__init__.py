"""Village finance (SIKD): the budget of a village, its ledger, and everything that is printed or shown from it."""
