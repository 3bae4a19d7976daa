"""An estimate of the satisfaction index as tables for a terminal."""

from __future__ import annotations

from typing import Any

DIGITS = 4


def tables(told: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Title → rows, from an estimate's record."""
    return {
        "constructs: index 0-100, R² and reliability": _constructs(told),
        "paths": [_effect(one, "path") for one in told["paths"]],
        "total effects": [_effect(one, "effect") for one in told["total_effects"]],
        "items": _items(told),
        "HTMT": _htmt(told),
    }


def _short(value: float | None, digits: int = DIGITS) -> float | None:
    return None if value is None else round(value, digits)


def _span(low: float | None, high: float | None, digits: int = DIGITS) -> str:
    return "" if low is None or high is None else f"{low:.{digits}f} … {high:.{digits}f}"


def _constructs(told: dict[str, Any]) -> list[dict[str, Any]]:
    out = []
    for code, index in told["indexes"].items():
        measured = told["reliability"][code]
        out.append({
            "construct": code, "index": _short(index["value"], 2), "interval": _span(index["low"], index["high"], 2),
            "n_eff": _short(index["n_eff"], 1), "R²": _short(told["r2"][code]),
            **{name: _short(measured[name]) for name in ("alpha", "rho_a", "composite", "ave")},
        })  # fmt: skip
    return out


def _effect(one: dict[str, Any], name: str) -> dict[str, Any]:
    proven = {True: "", False: "not proven", None: ""}[one["proven"]]
    return {"from": one["from"], "to": one["to"], name: _short(one["value"]), "interval": _span(one["low"], one["high"]),
            "": proven}  # fmt: skip


def _items(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "construct": one["construct"], "item": one["item"], "weight": _short(one["weight"]),
            "weight interval": _span(*(one["weight_interval"] or (None, None))), "loading": _short(one["loading"]),
            "loading interval": _span(*(one["loading_interval"] or (None, None))),
            "in the index": _short(told["item_weights"][one["item"]]), "mean": _short(one["mean"], 2), "sd": _short(one["sd"], 2),
        }
        for one in told["items"]
    ]  # fmt: skip


def _htmt(told: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a construct; only the half below the diagonal."""
    codes, ratio = list(told["indexes"]), {tuple(one["between"]): one["value"] for one in told["htmt"]}
    return [
        {"": low, **{high: _short(ratio.get((high, low)), 3) for high in codes[:-1]}} for low in codes[1:]
    ]  # fmt: skip
