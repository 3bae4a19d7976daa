"""Folders the embedded server's unprivileged account can reach, whatever other test runs do to pytest's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder others may walk into; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="manyi-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
