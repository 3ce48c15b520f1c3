"""The master plan (masterplan): from the offices' proposals to a decreed plan, and its progress."""
