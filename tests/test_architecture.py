"""The arrows: which layer may import which. The table is the rule."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("sql", "etl", "dashboard")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "sql": ("sql",),
    "etl.domain": ("etl.domain",),
    "etl.sources": ("etl.sources", "etl.domain"),
    "etl.outbox": ("etl.outbox", "etl.domain"),
    "etl.steps": ("etl.steps", "etl.domain", "etl.sources", "etl.outbox", "sql"),
    "etl.runner": ("etl.domain", "sql"),
    "etl.schedule": ("etl.steps", "etl.runner", "etl.domain", "sql"),
    "etl.config": ("sql.roles",),
    "etl.demo": ("etl.demo", "etl.domain"),  # writes files; knows no store
    "dashboard": ("dashboard", "etl.domain", "sql"),
    "etl.commands": OURS,  # with etl.__main__ the composition root
    "etl.__main__": OURS,
}
PURE_MUST_NOT = ("dash", "flask", "sqlalchemy", "psycopg", "logging", "os", "time", "random", "requests", "socket")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base"}
TOP_LEVEL = {"pyproject.toml", "README.md", "dashboard", "etl", "sql", "tests", "assets", "gunicorn.conf.py", "LICENSE"}


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(path: Path, module: str) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                start = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*start, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def under(name: str, layers: tuple[str, ...]) -> bool:
    return any(name == layer or name.startswith(layer + ".") for layer in layers)


def layer_of(module: str) -> str:
    fitting = [layer for layer in MAY_IMPORT if under(module, (layer,))]
    return max(fitting, key=len, default="")


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_imports_only_what_its_layer_may(module: str, path: Path) -> None:
    layer = layer_of(module)
    if module == "etl":
        return
    assert layer, f"{module} stands in no layer of the table"
    for name in imported(path, module):
        if name.split(".")[0] in OURS:
            assert under(name, MAY_IMPORT[layer]), f"{module} ({layer}) must not import {name}"
        elif layer == "etl.domain":
            assert not under(name, PURE_MUST_NOT), f"{module} is pure and must not import {name}"


def test_dashboard_pages_do_not_import_each_other() -> None:
    for module, path in modules():
        parts = module.split(".")
        if parts[:2] != ["dashboard", "pages"] or len(parts) < 3:
            continue
        for name in imported(path, module):
            other = name.split(".")
            if other[:2] == ["dashboard", "pages"] and len(other) > 2:
                assert other[2] == parts[2], f"{module} imports another page: {name}"


def test_names_say_what_they_hold() -> None:
    assert [module for module, _ in modules() if FORBIDDEN_NAMES & set(module.split("."))] == []


def test_the_top_level_stays_as_fixed() -> None:
    extra = {
        entry.name for entry in ROOT.iterdir()
        if not entry.name.startswith((".", "__")) and entry.name not in TOP_LEVEL and not entry.name.endswith(".lock")
    }  # fmt: skip
    assert extra <= {"build", "dist", "manyi.egg-info", "var"}
