"""The installed package carries everything the source tree has and runs from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUN = "import etl; print(etl.__path__[0]); from etl.__main__ import app; app(['feed', 'list', '--shipped'], standalone_mode=False)"
LEFT_OUT = {"__pycache__", ".DS_Store"}


def installed() -> Path:
    """Where the package is installed as files of its own; skipped when the checkout itself is what Python sees."""
    site = Path(sysconfig.get_paths()["purelib"])
    if not (site / "etl" / "__main__.py").exists():
        pytest.skip("the package is not installed apart from this checkout (pip install .)")
    return site


def listing(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts) and path.suffix != ".pyc"
    }  # fmt: skip


@pytest.mark.parametrize("package", ["sql", "etl", "dashboard"])
def test_statements_feeds_texts_and_code_are_packaged(package: str) -> None:
    site = installed()
    assert listing(ROOT / package) - listing(site / package) == set()


def test_assets_and_gunicorn_config_are_packaged() -> None:
    site = installed()
    assert listing(ROOT / "assets") - listing(site / "dashboard" / "assets") == set()
    assert (site / "dashboard" / "gunicorn.conf.py").read_bytes() == (ROOT / "gunicorn.conf.py").read_bytes()


def test_it_runs_from_the_root_folder_without_the_checkout() -> None:
    installed()
    with tempfile.TemporaryDirectory() as home:
        told = {name: value for name, value in os.environ.items() if not name.startswith(("MANYI_", "PYTHON"))}
        done = subprocess.run(
            [sys.executable, "-I", "-c", RUN],
            cwd="/", env={**told, "MANYI_HOME": home}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout.splitlines()[0]
