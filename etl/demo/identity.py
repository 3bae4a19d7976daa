"""Who among those who answered had complained before: the dissatisfied more often, and about other things, than the satisfied.

Only the customer's number is chosen, after the answer was drawn: every score, and so the written truth, stays as it is. Having
complained tells something of a customer and causes nothing here. How the complaint ended has no part in the choice.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from etl.demo.truth import Scene

COMPLAINED = {"dissatisfied": 0.30, "between": 0.12, "satisfied": 0.05}  # of those with such a verdict, at most
DISSATISFIED, SATISFIED = 6, 9  # a verdict up to, from
CANDIDATES = 4  # complaints of the county looked at for one answer
DAYS = 60  # a complaint is remembered so long
NETWORK, RECENT = 1.0, 0.7  # what draws a dissatisfied answer to a complaint, and a satisfied one away, beside chance


def complainants(rows: pl.DataFrame, scene: Scene, month: int, pool: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The month's rows with the customer of some replaced by one of the county who had complained; ``pool``: past complaints."""
    if not pool.height:
        return rows
    tree = scene.tree
    counties = {code: number for number, code in enumerate(tree.county_codes)}
    leaves = dict(zip(tree.leaf_codes, tree.county_of[:, month].tolist(), strict=True))
    verdict = pl.coalesce("mobile_overall", "broadband_overall")
    chance = (
        pl.when(verdict <= DISSATISFIED).then(COMPLAINED["dissatisfied"])
        .when(verdict < SATISFIED).then(COMPLAINED["between"]).otherwise(COMPLAINED["satisfied"])
    )  # fmt: skip
    asked = rows.with_row_index("row").select(
        "row", "answered_at", "business", verdict=verdict,
        county=pl.col("area_code").replace_strict({**leaves, **counties}, default=-1, return_dtype=pl.Int64),
        drawn=pl.Series(rng.random(rows.height)) < chance,
        own=(pl.col("brand") == "own") & pl.col("complaint_handling").is_null(),
    ).filter("drawn", "own")  # fmt: skip
    chosen = _chosen(asked, pool, rng)
    return (
        rows.with_row_index("row").join(chosen, on="row", how="left", maintain_order="left")
        .with_columns(customer=pl.coalesce("complainant", "customer")).drop("row", "complainant")
    )  # fmt: skip


def _chosen(asked: pl.DataFrame, pool: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """row → complainant: of a few complaints of the same county and business, made before the answer, the most fitting one."""
    lists = pool.group_by("county", "business", maintain_order=True).agg(
        pl.struct("customer", "network", "opened").alias("complaints")
    )
    found = asked.join(lists, on=["county", "business"], how="inner", maintain_order="left")
    found = pl.concat([found] * CANDIDATES).with_columns(draw=pl.Series(rng.integers(0, 1 << 30, found.height * CANDIDATES)))
    one = pl.col("complaints").list.get(pl.col("draw") % pl.col("complaints").list.len())
    found = found.with_columns(one.alias("complaint")).drop("complaints").unnest("complaint")
    age = (pl.col("answered_at") - pl.col("opened")).dt.total_hours() / 24
    found = found.with_columns(age=age).filter(pl.col("age").is_between(1 / 24, DAYS))
    fits = NETWORK * pl.col("network") - RECENT * pl.col("age") / DAYS
    fits = pl.when(pl.col("verdict") <= DISSATISFIED).then(fits).otherwise(-fits) + pl.Series(rng.gumbel(size=found.height)) * 0.5
    return (
        found.with_columns(fits=fits).sort("row", "fits", descending=[False, True], maintain_order=True)
        .group_by("row", maintain_order=True).first().select("row", complainant="customer")
    )  # fmt: skip
