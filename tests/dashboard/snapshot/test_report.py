"""The report of the sample operator: the page's figures on paper, in the reader's scope, broken parts told."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from dashboard.context import Absent, Context, Refused
from dashboard.figures.numbers import plain
from dashboard.pages.overview import data
from dashboard.snapshot import report, sections
from dashboard.snapshot.report import Nothing, compose, render
from dashboard.snapshot.subject import subject
from etl.domain.period import parse
from tests.conftest import app_engine
from tests.dashboard import sample


@pytest.fixture(scope="module")
def stores(operator: sa.Engine) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    app = app_engine(operator)
    yield operator, app
    app.dispose()


def words(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace(" ", "").replace("\n", "")


def seen(stores: tuple[sa.Engine, sa.Engine], *args: str, **query: str) -> Context:
    return sample.context(*stores, *args, **query)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("login", "code", "period"),
    [("province", "44", "2026-10"), ("province", "4401", "2026-W43"), ("tianhe", "440106", "2026-Q3")],
)
def test_figures_are_those_of_the_page(
    stores: tuple[sa.Engine, sa.Engine], login: str, code: str, period: str, language: str
) -> None:
    context = seen(stores, login, code, period, language=language)
    view, made = data.load(context), render(context)
    found = words(made.content)
    assert not made.partial
    for card in view.cards:
        if card.reading and card.reading.shown:
            assert f"{plain(card.reading.value)}±{plain(card.reading.half)}" in found
    for member in view.members:
        if member.open and member.reading and member.reading.shown and member.names:
            assert member.names[language].replace(" ", "") in found
            assert plain(member.reading.value) in found
    assert context.period.label(language).replace(" ", "") in found
    assert f"#{context.publication_id}" in found


def test_every_page_has_its_number_and_no_glyph_is_missing(stores: tuple[sa.Engine, sa.Engine]) -> None:
    made = render(seen(stores))
    pages = PdfReader(io.BytesIO(made.content)).pages
    for at, page in enumerate(pages, 1):
        assert f"第{at}页，共{len(pages)}页" in page.extract_text().replace(" ", "")
    assert "\ufffd" not in words(made.content) and "\x00" not in words(made.content)


def test_a_county_report_says_nothing_of_its_neighbours(stores: tuple[sa.Engine, sa.Engine]) -> None:
    found = words(render(seen(stores, "tianhe", "440106")).content)
    assert "天河区" in found
    assert "越秀区" not in found and "深圳市" not in found


def test_the_subject_is_authorised(stores: tuple[sa.Engine, sa.Engine]) -> None:
    owner, app = stores
    with owner.connect() as connection:
        user = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = 'tianhe'"))
    assert subject(app, user, "440106", parse("2026-10"), "en").language == "en"
    with pytest.raises(Refused):
        subject(app, user, "4403", parse("2026-10"))
    with pytest.raises(Absent):
        subject(app, user, "99", parse("2026-10"))
    with pytest.raises(Refused):
        subject(app, 10**6, "44", parse("2026-10"))


def test_a_broken_part_is_labelled_and_the_others_stand(
    stores: tuple[sa.Engine, sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[sections.Block]:
        raise RuntimeError("relation is gone")

    parts = tuple((name, broken if name == "ranking" else part) for name, part in report.PARTS)
    monkeypatch.setattr(report, "PARTS", parts)
    made = render(seen(stores))
    assert made.missing == ("ranking",)
    found = words(made.content)
    assert "这一部分没有生成" in found and "十项结果指标" in found
    assert "relation" not in found  # what happened inside is for the log


def test_nothing_published_is_no_report(stores: tuple[sa.Engine, sa.Engine]) -> None:
    with pytest.raises(Nothing):
        render(seen(stores, "province", "44", "2031-01"))


def test_the_same_data_give_the_same_bytes(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores)
    assert render(context).sha256 == render(context).sha256


def test_what_changed_is_said_only_where_proven(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores)
    view = data.load(context)
    (_, listed) = sections.what_changed(view, context)
    proven = [card for card in view.cards if card.change and card.change.proven and card.reading and card.reading.ranked]
    said = ["".join(text for text, _ in item) for item in listed["items"]]
    assert sum("95% 区间" in each for each in said) == len(proven)
    document, missing = compose(context)
    assert not missing and document["blocks"][0]["kind"] == "sentence"
