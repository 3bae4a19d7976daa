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
import typer

from etl.commands.console import AsJson, Refused, out, show, speaking
from etl.commands.tcsi_tables import tables
from etl.domain.pls import SCHEMES
from etl.domain.tcsi import TooLittle, estimate
from etl.domain.tcsi_model import WrongModel, read_model
from etl.domain.tcsi_record import record, warning_text
from etl.sources.answers_file import WrongAnswers, read_answers

SAMPLES, SEED = 500, 20_260_101

Scheme = StrEnum("Scheme", {name: name for name in SCHEMES})

app = typer.Typer(no_args_is_help=True, help="the satisfaction index: estimate, template")


@contextmanager
def _speaking() -> Iterator[None]:
    with speaking():
        try:
            yield
        except (WrongModel, WrongAnswers, TooLittle) as error:
            raise Refused(str(error)) from None


@app.command("estimate")
def run_estimate(
    file: Annotated[Path | None, typer.Option(help="a CSV of item answers, one row a respondent")] = None,
    model: Annotated[Path | None, typer.Option(help="the model (.toml); default: the one that comes with the product")] = None,
    scheme: Annotated[Scheme | None, typer.Option(help="inner weighting; default: the model's")] = None,
    bootstrap: Annotated[int, typer.Option(min=0, help="samples for the intervals; 0: none")] = SAMPLES,
    seed: Annotated[int, typer.Option(help="of the bootstrap")] = SEED,
    as_json: AsJson = False,
) -> None:
    """Estimate the model and print paths, weights, loadings, total effects, R², indexes, reliability and HTMT."""
    with _speaking():
        if file is None:
            raise Refused("name the answers with --file answers.csv")
        _tell(_on_file(file, model, scheme, bootstrap, seed), as_json)


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


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    head = f"{told['n']:,} respondents ({told['left_out']} left out), scheme {told['scheme']}, {told['rounds']} rounds"
    out.print(head, markup=False)
    for title, records in tables(told).items():
        out.print(f"\n{title}", style="bold")
        show(records, False)
    for warning in told["warnings"]:
        out.print(f"\n! {warning_text(warning)}", style="yellow", markup=False)
