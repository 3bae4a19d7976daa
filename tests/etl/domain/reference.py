"""Published data sets behind acceptance numbers; absent, the tests that need them are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(os.environ.get("MANYI_REAL_DATA") or Path(__file__).parents[4] / "shared" / "data") / "reference"


def reference(name: str) -> pd.DataFrame:
    """``name.csv`` of the reference folder."""
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here; MANYI_REAL_DATA names the folder of the real data")
    return pd.read_csv(path)
