"""``manyi tcsi``: the satisfaction index estimated, on the store's survey or on a file alone; its model."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import sqlalchemy as sa
import typer

import sql
from etl.commands.console import AsJson, Refused, out, show, speaking
from etl.commands.stores import open_store
from etl.commands.tcsi_tables import tables
from etl.domain.tcsi import TooLittle, estimate
from etl.domain.tcsi_model import WrongModel, read_model
from etl.domain.tcsi_record import record, warning_text
from etl.sources.answers_file import WrongAnswers, read_answers
from etl.sources.kinds import BUSINESSES
from etl.steps import define as defining
from etl.steps import tcsi


class Scheme(StrEnum):
    """How constructs weigh their neighbours: :data:`etl.domain.pls.SCHEMES`."""

    PATH = "path"
    FACTORIAL = "factorial"
    CENTROID = "centroid"


app = typer.Typer(no_args_is_help=True, help="the satisfaction index: estimate, define, template")


@contextmanager
def _speaking() -> Iterator[None]:
    with speaking():
        try:
            yield
        except (WrongModel, WrongAnswers, TooLittle, defining.WrongDefinition) as error:
            raise Refused(str(error)) from None


@app.command("estimate")
def run_estimate(
    file: Annotated[Path | None, typer.Option(help="a CSV of item answers, a row a respondent; default: the store's")] = None,
    business: Annotated[str | None, typer.Option(help=f"of the store's survey: {' or '.join(BUSINESSES)}")] = None,
    year: Annotated[int | None, typer.Option(help="of the store's survey")] = None,
    model: Annotated[Path | None, typer.Option(help="the model (.toml); default: the store's or the shipped one")] = None,
    scheme: Annotated[Scheme | None, typer.Option(help="inner weighting; default: the model's")] = None,
    bootstrap: Annotated[int, typer.Option(min=0, help="samples for the intervals; 0: none")] = tcsi.SAMPLES,
    seed: Annotated[int, typer.Option(help="of the bootstrap")] = tcsi.SEED,
    freeze: Annotated[bool, typer.Option("--freeze", help="keep the weights as the vintage of the business and year")] = False,
    as_json: AsJson = False,
) -> None:
    """Estimate the model and print paths, weights, loadings, total effects, R², indexes, reliability and HTMT."""
    with _speaking():
        if file is not None:
            if business or year or freeze:
                raise Refused("--file is estimated alone; --business, --year and --freeze are of the store's survey")
            _tell(_on_file(file, model, scheme, bootstrap, seed), as_json)
            return
        if business is None or year is None:
            raise Refused("name the answers: --file answers.csv, or --business and --year of the store's survey")
        _tell(_on_store(open_store(), business, year, model, scheme, bootstrap, seed, freeze), as_json)


@app.command()
def define(model: Annotated[Path, typer.Argument(help="a model (.toml) with [texts] and [definition]")]) -> None:
    """Put a model in force in the store: its items become indicators that feeds can bring answers of."""
    with _speaking():
        told = told_model(model, None)
        parsed = read_model(told)
        target = open_store()
        defining.define(target, {"indicator": defining.items(told)})
        with sql.begin(target) as connection:
            sql.execute(connection, "etl/tcsi_model_set", model=json.dumps(told, ensure_ascii=False, default=str))
        out.print(f"in force: {len(parsed.constructs)} constructs, {len(parsed.items)} items; new weights are theirs")


@app.command()
def template() -> None:
    """Print the model that comes with the product, to be changed for another questionnaire."""
    sys.stdout.write(shipped_model())


def shipped_model() -> str:
    """The text of the model that comes with the product."""
    return files("etl").joinpath("tcsi.toml").read_text("utf-8")


def told_model(path: Path | None, scheme: Scheme | None) -> dict[str, Any]:
    """A model file's tables, its scheme replaced by the one asked for."""
    try:
        told = tomllib.loads(shipped_model() if path is None else path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{path}: {error}; `manyi tcsi template` shows how a model is written") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read as a UTF-8 text ({error})") from None
    return {**told, **({"scheme": str(scheme)} if scheme else {})}


def _on_file(path: Path, model_path: Path | None, scheme: Scheme | None, samples: int, seed: int) -> dict[str, Any]:
    try:
        model = read_model(told_model(model_path, scheme))
    except WrongModel as error:
        raise Refused(f"{model_path or 'etl/tcsi.toml'}: {error}") from None
    given = read_answers(path, model)
    try:
        found = estimate(model, given.answers, given.weights, samples=samples, rng=np.random.default_rng(seed))
    except TooLittle as error:
        raise Refused(f"{path}: {error}") from None
    return {"file": str(path), "model": str(model_path) if model_path else None, "seed": seed, **record(found)}


def _on_store(
    target: sa.Engine, business: str, year: int, model_path: Path | None, scheme: Scheme | None, samples: int, seed: int,
    freeze: bool,
) -> dict[str, Any]:  # fmt: skip
    with sql.begin(target) as connection:
        kept = sql.one(connection, "etl/tcsi_model")
        if model_path is None and kept is not None:
            told = {**kept["model"], **({"scheme": str(scheme)} if scheme else {})}
        else:
            told = told_model(model_path, scheme)
        tcsi.read_sample(connection, year)
        found = tcsi.estimated(connection, read_model(told), business, year, least=1, samples=samples, seed=seed)
        if found is None:
            raise Refused(f"no answers to the model's items of {business} in {year}; there are {_asked(connection)}")
        vintage = tcsi.freeze(connection, told, business, year, found, None) if freeze else None
    return {"business": business, "year": year, "vintage": vintage, "seed": seed, **record(found)}


def _asked(connection: sa.Connection) -> str:
    """Which businesses and years have item answers, in words."""
    found = sql.rows(connection, "etl/tcsi_asked")
    return ", ".join(f"{row['business']} {row['year']} (n={row['n']:,})" for row in found) or "none: no feed brings items yet"


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    head = f"{told['n']:,} respondents ({told['left_out']} left out), scheme {told['scheme']}, {told['rounds']} rounds"
    out.print(head, markup=False)
    if told.get("vintage"):
        out.print(f"frozen as vintage {told['vintage']}; the next publication applies it (`manyi run publish`)", markup=False)
    for title, records in tables(told).items():
        out.print(f"\n{title}", style="bold")
        show(records, False)
    for warning in told["warnings"]:
        out.print(f"\n! {warning_text(warning)}", style="yellow", markup=False)
