"""Forms of the evaluation cycle, a module a subject."""
