"""``manyi predict``: who is likely to be dissatisfied, learnt from a file and told of another, with its measured worth."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from etl.commands.backtesting import run_backtest
from etl.commands.console import AsJson, Refused, err, out, show, speaking
from etl.commands.feeds import shipped
from etl.config import read_settings
from etl.domain import dissatisfaction, model_card
from etl.domain.features import Leak, refuse_leaks
from etl.sources.declaration import Form
from etl.sources.faults import WrongFeed
from etl.sources.parse import read_feeds
from etl.sources.prediction_declared import Prediction, parse_prediction, read_prediction
from etl.sources.prediction_file import Customers, WrongTable, read_customers

SEED = 20_260_101
SHIPPED = "predictions"
FORMULA = ("=", "+", "-", "@", "\t", "\r")

app = typer.Typer(no_args_is_help=True, help="what is to come: fit, score, backtest")
app.command("backtest")(run_backtest)

Declaration = Annotated[Path, typer.Option(help="the declaration (.toml): target, features, what their values mean")]


@contextmanager
def _speaking() -> Iterator[None]:
    with speaking():
        try:
            yield
        except WrongFeed as error:
            raise Refused(f"{error}\nan example: {files('etl').joinpath(SHIPPED)}") from None
        except (WrongTable, model_card.WrongModel) as error:
            raise Refused(str(error)) from None


@app.command("fit")
def fit(
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="customers with their answers (CSV or workbook)")],
    declaration: Declaration,
    to: Annotated[Path | None, typer.Option("--out", "-o", help="the model; default: models/ID.json of MANYI_HOME")] = None,
    records_only: Annotated[
        bool, typer.Option("--records-only", help="without what customers said when asked: for those never asked")
    ] = False,
    repeats: Annotated[int, typer.Option(min=1, max=20, help="of the cross-validation")] = dissatisfaction.REPEATS,
    seed: Annotated[int, typer.Option(help="of folds, trees and bootstrap")] = SEED,
    as_json: AsJson = False,
) -> None:
    """Train on a file, measure on customers the model has not seen, and keep the model with its card."""
    with _speaking():
        told = read_prediction(declaration)
        if records_only:
            told = replace(told, inputs=tuple(one for one in told.inputs if not one.feature.said))
        given = read_customers(file, told, with_target=True)
        content = _fitted(told, given, file, repeats, seed)
        path = to or read_settings().home / "models" / f"{told.prediction_id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), "utf-8")
        _tell_card(content, path, as_json)


def _fitted(told: Prediction, given: Customers, file: Path, repeats: int, seed: int) -> dict[str, Any]:
    assert given.score is not None  # noqa: S101  read with the target
    after = told.told_by_answer(read_feeds([shipped("demo"), shipped("records")]))
    try:
        refuse_leaks(told.features, given.frame, given.score, after)
    except Leak as leak:
        column = next(one.column.source.label() for one in told.inputs if one.feature.name == leak.names[0])
        raise Refused(f"{file}, line 1, column {column}: {leak}") from None
    truth, rng = (given.score <= told.at_most).astype(float), np.random.default_rng(seed)
    try:
        proof = dissatisfaction.prove(told.features, given.frame, truth, rng, groups=given.groups, repeats=repeats, tell=_told)
        model = dissatisfaction.train(told.features, given.frame, truth, rng, given.groups)
    except dissatisfaction.TooFew as error:
        raise Refused(f"{file}, column {told.target.source.label()}: {error}") from None
    card = model_card.card(proof, told.features)
    return model_card.document(model, told.features, given.frame, _origin(told, file, seed), card, proof.predicted)


def _origin(told: Prediction, file: Path, seed: int) -> dict[str, Any]:
    return {
        "prediction": told.prediction_id, "title_zh": told.title_zh, "title_en": told.title_en,
        "target": told.target.source.label(), "dissatisfied_at_most": told.at_most,
        "file": file.name, "file_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "seed": seed, "trained_at": datetime.now(UTC).isoformat(timespec="seconds"), "declaration": told.text,
    }  # fmt: skip


def _told(done: int, of: int) -> None:
    err.print(f"measuring: {done} of {of}", style="dim")


def _tell_card(content: dict[str, Any], path: Path, as_json: bool) -> None:
    card = content["card"]
    if as_json:
        told = {key: value for key, value in content.items() if key not in ("model", "spread", "declaration")}
        sys.stdout.write(json.dumps({**told, "model_file": str(path)}, ensure_ascii=False, indent=1) + "\n")
        return
    out.print(f"{card['rows']:,} customers, {card['rate']:.2%} dissatisfied (at most {content['dissatisfied_at_most']:g}); "
              f"measured on customers not seen in training, 95 % bootstrap intervals", markup=False)  # fmt: skip
    show([{"figure": name, "model": _said(card["model"][name]), "logistic regression": _said(card["baseline"][name]),
           "difference": _said(card["difference"][name])} for name in card["model"]], False)  # fmt: skip
    out.print(f"a perfectly calibrated model would show an ece of {card['ece_by_chance']:.4f} by chance", markup=False)
    out.print("\nwhat the AUC loses without each", style="bold")
    show([{"feature": one["zh"], "en": one["en"], "auc lost": f"{one['auc_lost']:.4f}"} for one in card["factors"]], False)
    out.print(f"\nmodel {content['checksum'][:12]} kept in {path}", markup=False)


def _said(figure: dict[str, float]) -> str:
    return f"{figure['value']:.4f} ({figure['low']:.4f} – {figure['high']:.4f})"


@app.command("score")
def score(
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="customers to be scored (CSV or workbook)")],
    to: Annotated[Path | None, typer.Option("--out", "-o", help="the list, as CSV; default: the standard output")] = None,
    model: Annotated[Path | None, typer.Option(help="the model's file; default: the one in MANYI_HOME/models")] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each customer of a file how likely they are dissatisfied, the likeliest first, and why."""
    with _speaking():
        path = model or _only_model(read_settings().home / "models")
        content = _model_file(path)
        found = model_card.opened(content)
        told = parse_prediction(content["declaration"], f"{path}, declaration")
        known = {feature.name for feature in model_card.features_of(content)}
        told = replace(told, inputs=tuple(one for one in told.inputs if one.feature.name in known))
        given = read_customers(file, told, with_target=False, form=_form(told.form))
        rows = _listed(content, found, given)
        if to is None:
            _write(rows, sys.stdout)
            return
        with to.open("w", encoding="utf-8-sig", newline="") as stream:
            _write(rows, stream)
        _tell_scored(content, given, rows, to, as_json)


def _form(form: Form) -> Form:
    return replace(form, sheet=0) if isinstance(form.sheet, str) else form  # another workbook names its sheets otherwise


def _only_model(folder: Path) -> Path:
    found = sorted(folder.glob("*.json"))
    if len(found) != 1:
        there = f"{folder} holds {', '.join(path.name for path in found)}" if found else f"{folder} holds none"
        raise Refused(f"name the model with --model FILE ({there}); `manyi predict fit` makes one")
    return found[0]


def _model_file(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refused(f"{path}: no model ({error}); `manyi predict fit` makes one") from None
    model_card.opened(content)
    return dict(content)


def _listed(content: dict[str, Any], model: dissatisfaction.Model, given: Customers) -> list[dict[str, Any]]:
    probability = model.probability(given.frame)
    low, high = model_card.proven_range(content, probability)
    bands, reasons = model_card.band(content, probability), model.reasons(given.frame)
    return [
        {"rank": place + 1, "customer": given.names[at], "line": int(given.lines[at]),
         "probability": round(float(probability[at]), 4), "proven_low": round(float(low[at]), 4),
         "proven_high": round(float(high[at]), 4), "band": int(bands[at]), "reasons": " | ".join(reasons[at])}
        for place, at in enumerate(np.argsort(-probability, kind="stable"))
    ]  # fmt: skip


def _write(rows: Sequence[dict[str, Any]], stream: Any) -> None:
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    for row in rows:
        name = str(row["customer"])
        writer.writerow({**row, "customer": f"'{name}" if name.startswith(FORMULA) else name})


def _tell_scored(content: dict[str, Any], given: Customers, rows: Sequence[dict[str, Any]], to: Path, as_json: bool) -> None:
    drifted = model_card.drifted(content, given.frame)
    expected = float(np.sum([row["probability"] for row in rows]))
    told = {
        "file": str(to), "rows": len(rows), "expected_dissatisfied": round(expected, 1),
        "mean_probability": round(expected / len(rows), 4),
        "bands": {str(band): sum(row["band"] == band for row in rows) for band in (1, 2, 3)}, "drifted": drifted,
        "model": content["checksum"], "trained_at": content["trained_at"], "auc": content["card"]["model"]["auc"],
    }  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    auc = _said(content["card"]["model"]["auc"])
    out.print(f"{len(rows):,} customers in {to}, the likeliest first; {expected:,.0f} expected dissatisfied; AUC {auc} "
              "on customers not seen in training", markup=False)  # fmt: skip
    if drifted:
        names = ", ".join(f"{name} ({index:.2f})" for name, index in drifted.items())
        out.print(f"! spread otherwise than in training, so take the level with care (stability index): {names}", style="yellow",
                  markup=False)  # fmt: skip
