"""An estimate of the satisfaction index in plain numbers and lists: what is printed, kept with a vintage and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from etl.domain.estimate import CONFIDENCE
from etl.domain.tcsi import Estimated, Spread

DIGITS = 10  # beyond them only rounding of the processor is left


def record(found: Estimated) -> dict[str, Any]:
    """JSON-ready: paths, weights, loadings, total effects, R², indexes, reliability, HTMT and warnings.

    ``weights`` are the outer weights of the standardised items, ``item_weights`` those of the raw ones that make the index.
    """
    model, codes = found.model, found.model.codes
    return {
        "scheme": model.scheme, "n": found.n, "left_out": found.left_out, "rounds": found.fit.rounds,
        "converged": bool(found.fit.converged),
        "bootstrap": None if found.spread is None else {"samples": found.spread.samples, "confidence": CONFIDENCE},
        "paths": _effects(found, "paths", model.paths), "total_effects": _effects(found, "total", _reached(found)),
        "weights": _named(model.items, found.outer), "loadings": _named(model.items, found.fit.loadings),
        "item_weights": _named(model.items, found.weights),
        "items": _items(found), "r2": _named(codes, found.fit.r2), "indexes": _indexes(found),
        "reliability": {
            code: {"alpha": _number(alpha), "rho_a": _number(rho), "composite": _number(rho_c), "ave": _number(ave)}
            for code, alpha, rho, rho_c, ave in zip(
                codes, found.reliability.alpha, found.reliability.rho_a, found.reliability.composite, found.reliability.extracted,
                strict=True)
        },
        "htmt": [{"between": [codes[i], codes[j]], "value": _number(found.htmt[i, j])}
                 for i, j in zip(*np.triu_indices(len(codes), 1), strict=True)],
        "warnings": [{"kind": kind, "what": what, "value": _number(value)} for kind, what, value in found.warnings],
    }  # fmt: skip


def warning_text(warning: Mapping[str, Any]) -> str:
    """What a warning means, in a sentence."""
    what, value = warning["what"], warning["value"]
    return {
        "htmt": f"{what}: HTMT {value:.3f} is above .90, so the answers hardly tell the two constructs apart",
        "sign": f"{what}: runs against its construct ({value:.3f}); is the item reversed?",
        "missing": f"{what}: {value:.1%} of the answers are missing and stand at the item's mean",
        "rounds": f"the weights had not settled after {value:.0f} rounds ({what})",
    }[warning["kind"]]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DIGITS)


def _named(names: Sequence[str], values: Any) -> dict[str, float | None]:
    return {name: _number(value) for name, value in zip(names, values, strict=True)}


def _reached(found: Estimated) -> list[tuple[str, str]]:
    """Every pair of constructs joined by some way, in the model's order."""
    codes, steps = found.model.codes, found.model.arrows.astype(int)
    ways = np.linalg.inv(np.eye(len(codes)) - steps) - np.eye(len(codes))
    return [(codes[i], codes[j]) for i, j in zip(*np.nonzero(ways > 0.5), strict=True)]


def _effects(found: Estimated, what: str, pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    codes, values = found.model.codes, getattr(found.fit, what)
    out = []
    for cause, effect in pairs:
        at = codes.index(cause), codes.index(effect)
        out.append({"from": cause, "to": effect, "value": _number(values[at]), **_interval(found.spread, what, at)})
    return out


def _interval(spread: Spread | None, what: str, at: tuple[int, ...]) -> dict[str, Any]:
    """Its bootstrap interval; ``proven`` when that leaves out nothing-at-all."""
    if spread is None:
        return {"low": None, "high": None, "proven": None}
    low, high = (float(end[at]) for end in getattr(spread, what))
    return {"low": _number(low), "high": _number(high), "proven": low > 0 or high < 0}


def _items(found: Estimated) -> list[dict[str, Any]]:
    of = [construct.code for construct in found.model.constructs for _ in construct.items]
    return [
        {
            "item": item, "construct": of[at], "weight": _number(found.outer[at]), "loading": _number(found.fit.loadings[at]),
            "weight_interval": _ends(found.spread, "weights", at), "loading_interval": _ends(found.spread, "loadings", at),
            "mean": _number(found.moments.mean[at]), "sd": _number(found.moments.sd[at]), "missing": _number(found.missing[at]),
        }
        for at, item in enumerate(found.model.items)
    ]  # fmt: skip


def _ends(spread: Spread | None, what: str, at: int) -> list[float | None] | None:
    return None if spread is None else [_number(end[at]) for end in getattr(spread, what)]


def _indexes(found: Estimated) -> dict[str, dict[str, Any]]:
    made = found.indexes
    return {
        code: {"value": _number(made.value[at]), "low": _number(made.low[at]), "high": _number(made.high[at]),
               "n_eff": _number(made.n_eff[at])}
        for at, code in enumerate(found.model.codes)
    }  # fmt: skip
