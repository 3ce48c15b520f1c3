"""What scenarios draw: made-up rows, the same for a seed at every start, of which no file could hold thousands."""
