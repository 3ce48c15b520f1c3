"""``./pilar bench``: speed as ratios against a floor measured in the same run. Prints; judges nothing by the clock."""

from __future__ import annotations

import sys

from pilar.index import benchmark as index_benchmark
from pilar.platform.language import translate


def run() -> int:
    """Print one line a measure: median seconds, the floor's, their ratio and the ratio aimed at."""
    out = sys.stdout
    heads = (translate("measure"), "ms", translate("floor, ms"), translate("ratio"), translate("aim"))
    out.write(f"{heads[0]:<58} {heads[1]:>10} {heads[2]:>10} {heads[3]:>7} {heads[4]:>7}\n")
    for measure in index_benchmark.benchmark():
        out.write(
            f"{measure.name:<58} {measure.seconds * 1000:>10.3f} {measure.floor_seconds * 1000:>10.3f} "
            f"{measure.ratio:>7.2f} {'≤ ' + str(measure.limit):>7}\n"
        )
        out.flush()
    return 0
