"""Pages of accounts: one's own, those that one manages, offices, notices."""
