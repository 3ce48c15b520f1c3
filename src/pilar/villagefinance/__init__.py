"""Village finance (SIKD): the budget of a village, its ledger, and the pages and papers made from them."""
