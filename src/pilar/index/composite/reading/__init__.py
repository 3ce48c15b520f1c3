"""Reading a composite index from YAML: every fault at once, each with its line. Format: docs/composite-format.md."""

from pilar.index.composite.reading.top import check_spec, is_composite, parse_spec, read_spec
