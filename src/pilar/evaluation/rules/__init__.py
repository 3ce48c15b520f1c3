"""Pure decisions of the evaluation: mark sheets, their scoring, and published statements checked by recomputation."""
