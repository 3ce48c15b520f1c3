"""Compile tests before the workers begin, as pytest wants them: each worker would do all of it for itself.

Run as a program with the files. Nothing is imported; what cannot be compiled is told by the run itself.
"""

from __future__ import annotations

import compileall
import fnmatch
import sys
from contextlib import suppress
from pathlib import Path

from _pytest.assertion import rewrite

REWRITTEN = ("test_*.py", "conftest.py")
"""Files whose assertions pytest rewrites; what several of them import is compiled as it stands."""


def compile_for_pytest(path: Path) -> None:
    """Keep what pytest makes of a file where it looks for it, under a hash of the file."""
    kept = rewrite.get_cache_dir(path)
    kept.mkdir(parents=True, exist_ok=True)
    pyc = kept / f"{path.stem}{rewrite.PYC_TAIL}"
    if rewrite._read_pyc(path, pyc) is None:
        mark, code = rewrite._rewrite_test(path, None)  # type: ignore[arg-type]
        making = pyc.with_suffix(".making")
        with making.open("wb") as file:
            rewrite._write_pyc_fp(file, mark, code)
        making.replace(pyc)


def main(files: list[str]) -> None:
    for path in (Path(name).absolute() for name in files):  # pytest keeps by the whole path
        with suppress(Exception):
            if any(fnmatch.fnmatch(path.name, like) for like in REWRITTEN):
                compile_for_pytest(path)
            else:
                compileall.compile_file(path, quiet=2)


if __name__ == "__main__":
    main(sys.argv[1:])
