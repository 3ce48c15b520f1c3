"""Pure decisions about the money of a village: codes, the rules of its budget, conditions of payments."""
