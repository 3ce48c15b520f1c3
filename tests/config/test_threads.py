"""NumPy starts no threads besides ours."""

from __future__ import annotations

import os
import subprocess
import sys

THREADS = """
import pilar.config.settings.base
import numpy
numpy.ones((600, 600)) @ numpy.ones((600, 600))
print(len(__import__("os").listdir("/proc/self/task")))
"""


def test_a_product_of_tables_takes_one_thread() -> None:
    environment = {name: text for name, text in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    told = subprocess.run([sys.executable, "-c", THREADS], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "1"
