"""Pure decisions about the money of a village: codes, the rules of its budget, what a payment may be."""
