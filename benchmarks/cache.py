"""Journals are made once and rest in the system's temporary folder; each run works on copies of them."""

import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import Command, python, run

_HERE = Path(__file__).parent
_SHAPE = (_HERE / "journals.py", _HERE / "words.py", _HERE.parent / "braindump_cli" / "storage" / "steps")


def copies(sizes: Sequence[int], work: Path) -> dict[int, Path]:
    """Return a fresh home with that many entries for each size."""
    return {size: Path(shutil.copytree(_made(size), work / f"home-{size}")) for size in sizes}


def _made(size: int) -> Path:
    """Return a home that holds `size` entries and is not to be changed; made anew when its shape has changed."""
    home = Path(tempfile.gettempdir()) / f"braindump-benchmarks-{os.getuid()}" / f"{_shape()}-{size}"
    if not home.exists():
        print(f"making a journal of {size:,} entries", file=sys.stderr)
        for old in (*home.parent.glob(f"*-{size}"), *home.parent.glob(f"*-{size}.part")):
            shutil.rmtree(old)
        part = home.with_name(f"{home.name}.part")
        part.mkdir(mode=0o700, parents=True)
        run(Command(python("-m", "benchmarks.journals", str(size)), part))
        part.rename(home)
    return home


def _shape() -> str:
    """Return what a journal depends on, as a short sum."""
    files = (file for path in _SHAPE for file in (sorted(path.iterdir()) if path.is_dir() else (path,)))
    return f"{zlib.crc32(b''.join(file.read_bytes() for file in files)):08x}"
