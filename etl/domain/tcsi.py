"""The telecom customer satisfaction index: a path model estimated by PLS, its indexes, reliability and bootstrap intervals.

Estimated once a year and business on the province's sample and then frozen (a weight vintage); areas are only ever scored with
frozen weights (:mod:`etl.domain.tcsi_index`), never estimated apart.

Missing answers: who answered too little (``least`` of the model) is left out; the others' missing items take the item's mean for
the estimate of the weights, as the reference programs do. Scores use the items answered and nothing else. Response weights, where
given, weigh every moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from etl.domain import pls, reliability
from etl.domain.estimate import CONFIDENCE, Estimate, mean_interval
from etl.domain.tcsi_index import asked_enough, item_weights, oriented, respondent_scores
from etl.domain.tcsi_model import Model
from etl.domain.tcsi_moments import Moments, moments, resampled_correlations

LEAST_RESPONDENTS = 30
MISSING_WARNED = 0.05  # of an item's answers, for a warning. Source: Hair et al., A Primer on PLS-SEM (2022), chapter 2

Floats = NDArray[np.float64]


class TooLittle(ValueError):
    """Answers that no model can be estimated on; the text says why."""


@dataclass(frozen=True)
class Reliability:
    """One entry a construct; NaN for constructs of one item."""

    alpha: Floats
    rho_a: Floats
    composite: Floats
    extracted: Floats


@dataclass(frozen=True)
class Spread:
    """Bootstrap intervals of an estimate: [2, …] low and high."""

    samples: int
    weights: Floats
    loadings: Floats
    paths: Floats
    total: Floats
    r2: Floats


@dataclass(frozen=True)
class Estimated:
    """A model with its estimates. ``weights`` are those of the raw items, ``outer`` of the standardised ones."""

    model: Model
    n: int
    left_out: int
    fit: pls.Fit
    outer: Floats
    weights: Floats
    moments: Moments
    indexes: Estimate
    reliability: Reliability
    htmt: Floats
    missing: Floats
    spread: Spread | None = None

    @cached_property
    def warnings(self) -> tuple[tuple[str, str, float], ...]:
        """(kind, what, figure): constructs hardly told apart, items against their construct, many missing answers."""
        codes, found = self.model.codes, []
        for a, b in zip(*np.triu_indices(len(codes), 1), strict=True):
            if self.htmt[a, b] > reliability.HTMT_LIMIT:
                found.append(("htmt", f"{codes[a]}~{codes[b]}", float(self.htmt[a, b])))
        for item, weight, loading, gap in zip(self.model.items, self.outer, self.fit.loadings, self.missing, strict=True):
            if weight < 0 or loading < 0:
                found.append(("sign", item, float(min(weight, loading))))
            if gap > MISSING_WARNED:
                found.append(("missing", item, float(gap)))
        if not bool(self.fit.converged):
            found.append(("rounds", self.model.scheme, float(self.fit.rounds)))
        return tuple(found)


def estimate(
    model: Model, answers: Floats, weights: Floats | None = None, *, samples: int = 0, rng: np.random.Generator | None = None
) -> Estimated:
    """Estimate ``model`` on ``answers`` [n items, in the order of ``model.items``, NaN where not answered].

    ``samples`` bootstrap samples drawn by ``rng`` give the intervals. Raises :class:`TooLittle`.
    """
    table = oriented(model, answers)
    response = np.ones(len(table)) if weights is None else np.asarray(weights, float)
    kept = asked_enough(model, table) & ~np.isnan(table).all(axis=1) & (response > 0)
    table, response = table[kept], response[kept]
    _refuse(model, table)
    found = moments(table, response)
    fitted = pls.fit(found.correlations, model.blocks, model.arrows, model.scheme)
    outer = fitted.weights[model.blocks]
    raw = item_weights(model, outer, found.sd)
    result = Estimated(
        model, len(table), len(kept) - len(table), fitted, outer, raw, found, index_means(model, raw, table, response),
        _reliable(model, found.correlations, fitted), reliability.htmt(found.correlations, model.blocks),
        np.isnan(table).mean(axis=0),
    )  # fmt: skip
    if not samples or rng is None:
        return result
    return replace(result, spread=_spread(result, resampled_correlations(table, response, found, samples, rng)))


def index_means(model: Model, raw: Floats, table: Floats, response: Floats) -> Estimate:
    """The constructs' indexes over oriented answers, with t intervals on n_eff; one entry a construct."""
    scores = respondent_scores(model, raw, table)
    weight = np.where(np.isnan(scores), 0.0, response[:, None])
    x = np.nan_to_num(scores)
    sums = ((weight > 0), weight, weight**2, weight * x, weight * x**2)
    return mean_interval(*(part.sum(axis=0) for part in sums))


def _refuse(model: Model, table: Floats) -> None:
    if len(table) < LEAST_RESPONDENTS:
        raise TooLittle(f"{len(table)} respondents are too few for weights; at least {LEAST_RESPONDENTS} are needed")
    for at, item in enumerate(model.items):
        given = table[~np.isnan(table[:, at]), at]
        if not len(given) or given.min() == given.max():
            raise TooLittle(f"item {item}: " + ("nobody answered it" if not len(given) else "everybody answered the same")
                            + "; take it out of the model")  # fmt: skip


def _reliable(model: Model, correlations: Floats, fitted: pls.Fit) -> Reliability:
    return Reliability(
        reliability.alpha(correlations, model.blocks), reliability.rho_a(correlations, fitted.weights, model.blocks),
        reliability.composite(fitted.loadings, model.blocks), reliability.extracted(fitted.loadings, model.blocks),
    )  # fmt: skip


def _spread(result: Estimated, correlations: Floats) -> Spread:
    """Percentile intervals; each sample's constructs are turned to agree with the estimate's. Samples in which an item does not
    vary, or the rounds do not settle, are left out and not counted."""
    usable = correlations[np.isfinite(correlations).all(axis=(1, 2))]
    model = result.model
    drawn = pls.fit(usable, model.blocks, model.arrows, model.scheme)
    turn = np.where(np.einsum("bp,p,pq->bq", drawn.loadings, result.fit.loadings, model.blocks) < 0, -1.0, 1.0)
    item_turn, both = turn @ model.blocks.T, turn[:, :, None] * turn[:, None, :]
    settled = drawn.converged
    parts = (
        drawn.weights[:, model.blocks] * item_turn, drawn.loadings * item_turn, drawn.paths * both, drawn.total * both, drawn.r2,
    )  # fmt: skip
    ends = [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2]
    return Spread(int(settled.sum()), *(np.quantile(part[settled], ends, axis=0) for part in parts))
