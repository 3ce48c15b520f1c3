"""Reading instrument files (YAML): every fault at once, each with its line. The format: docs/instrument-format.md."""

from pilar.index.reading.top import check_instrument, parse_instrument, read_instrument
