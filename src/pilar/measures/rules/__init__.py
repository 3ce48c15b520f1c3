"""Pure decisions about measured figures: periods, definitions, what becomes of a reported row, who may do what."""
