"""The report of the sample operator: the page's figures on paper, in the reader's scope, broken parts told."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

import sql
from dashboard.context import Absent, Context, Grant, Refused
from dashboard.figures.numbers import count, plain
from dashboard.pages.overview import data, ranking, tables
from dashboard.snapshot import measures, report, sections
from dashboard.snapshot.report import Nothing, compose, render
from dashboard.snapshot.subject import subject
from dashboard.texts import t
from etl.domain.estimate import Display
from etl.domain.period import parse
from etl.domain.reading import Change
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

    parts = tuple(replace(part, blocks=broken) if part.name == "ranking" else part for part in report.PARTS)
    monkeypatch.setattr(report, "PARTS", parts)
    made = render(seen(stores))
    assert made.missing == ("ranking",)
    found = words(made.content)
    assert "这一部分没有生成" in found and "结果指标" in found
    assert "relation" not in found  # what happened inside is for the log


def fail(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """From now on the store refuses these statements."""
    sound = sql.statement
    monkeypatch.setattr(sql, "statement", lambda name: sa.text("SELECT 1 / 0") if name in names else sound(name))


@pytest.mark.parametrize(("statement", "missing"), [
    ("dashboard/children", ("map", "ranking")), ("dashboard/ratio_cells", ("complaint", "process", "perception")),
    ("dashboard/ratio_members", ("complaint",)), ("dashboard/restated_moves", ("notes",)),
])  # fmt: skip
def test_one_broken_query_costs_its_own_parts_alone(
    stores: tuple[sa.Engine, sa.Engine], monkeypatch: pytest.MonkeyPatch, statement: str, missing: tuple[str, ...]
) -> None:
    fail(monkeypatch, statement)
    made = render(seen(stores))
    assert made.missing == missing
    found = words(made.content)
    assert found.count("这一部分没有生成") == len(missing) and "结果指标" in found and "division" not in found


def test_where_nothing_can_be_read_there_is_no_report(
    stores: tuple[sa.Engine, sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, "dashboard/score_cells")
    with pytest.raises(sa.exc.DBAPIError):
        render(seen(stores))
    monkeypatch.undo()
    monkeypatch.setattr(report, "PARTS", tuple(replace(part, blocks=lambda *_: 1 // 0) for part in report.PARTS))
    with pytest.raises(Nothing, match="no part"):
        render(seen(stores))


def test_the_page_itself_fails_where_a_query_does(
    stores: tuple[sa.Engine, sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, "dashboard/ratio_cells")
    with pytest.raises(sa.exc.DBAPIError):
        data.load(seen(stores))


@pytest.mark.parametrize("period", ["2026-10", "2026-W44"])
def test_whoever_sees_an_area_in_full_gets_the_same_report(stores: tuple[sa.Engine, sa.Engine], period: str) -> None:
    owner, app = stores
    with owner.connect() as connection:
        ids = dict(connection.execute(sa.text("SELECT login, user_id FROM app_user")).all())
    made = {
        login: render(subject(app, ids[login], "440106", parse(period), "zh")).sha256 for login in ("province", "guangzhou", "tianhe")
    }
    assert len(set(made.values())) == 1


def test_bookmarks_language_and_order_serve_who_cannot_see(stores: tuple[sa.Engine, sa.Engine]) -> None:
    made = render(seen(stores))
    reader = PdfReader(io.BytesIO(made.content))
    root = reader.trailer["/Root"]
    titles = [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)]
    assert titles[0] == "结果指标" and titles[-1] == "说明"
    assert root["/Lang"] == "zh-CN" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert "pdfuaid" in root["/Metadata"].get_data().decode() and made.pages == len(reader.pages)
    blocks = compose(seen(stores))[0]["blocks"]
    flat = [one for block in blocks for part in block.get("parts", [[block]]) for one in part]
    assert titles == [one["text"] for one in flat if one["kind"] == "heading"]


def test_a_character_without_a_glyph_is_told_not_printed_as_a_box(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores)
    rare = replace(context, trail=(replace(context.area, name_zh="㙓头𠮷"),), area=replace(context.area, name_zh="㙓头𠮷"))
    made = render(rare)
    assert made.glyphless == ("㙓", "𠮷")
    found = words(made.content)
    assert "〓头〓" in found and "U+3653,U+20BB7" in found and made.missing == ()


def test_figures_are_those_of_the_exports_to_the_digit_shown(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores, "guangzhou", "4401", "2026-10")
    view = data.load(context)
    document, _ = compose(context)
    ranked = next(block for block in document["blocks"] if block["kind"] == "table")["rows"]
    table = tables.members(view, context)
    names, values, bases = (table.columns.index(t(f"overview.{key}", "zh")) for key in ("area", "value", "n"))
    assert len(table.rows) == len(ranked) == 5
    for printed, exported in zip(ranked, table.rows, strict=True):
        assert printed[1] == exported[names] and printed[4] == count(exported[bases], "zh")
        if exported[values] is not None:
            assert float(printed[2]["text"]) == pytest.approx(exported[values], abs=0.0551)


def test_complaints_are_told_over_time_and_of_every_member(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores, "province", "44", "2026-10")
    made = measures.complaints(data.load(context), context)
    assert [block["kind"] for block in made] == ["heading", "table", "subheading", "figure", "note", "subheading", "table"]
    assert {row[0] for row in made[-1]["rows"]} == {"广州市", "深圳市", "珠海市"}
    rates = [float(row[2]) for row in made[-1]["rows"]]
    assert rates == sorted(rates, reverse=True)


def test_the_annex_holds_every_leaf_in_view(stores: tuple[sa.Engine, sa.Engine]) -> None:
    province = render(seen(stores), with_annex=True)
    found = words(province.content)
    with stores[0].connect() as connection:
        names = list(connection.scalars(sa.text("SELECT name_zh FROM area WHERE level = 4 AND kind <> 'unknown'")))
    assert len(names) == 27 and all(name in found for name in names) and "共27行" in found
    assert "越秀" not in words(render(seen(stores, "guangzhou", "4401"), with_annex=True).content)
    assert not province.missing and "附表" not in words(render(seen(stores, "tianhe", "440106"), with_annex=True).content)


def test_nothing_published_is_no_report(stores: tuple[sa.Engine, sa.Engine]) -> None:
    with pytest.raises(Nothing):
        render(seen(stores, "province", "44", "2031-01"))


def test_the_same_data_give_the_same_bytes(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores)
    assert render(context).sha256 == render(context).sha256


def test_only_a_proven_difference_colours_a_tile(stores: tuple[sa.Engine, sa.Engine]) -> None:
    view = data.load(seen(stores, "province", "44", "2026-10"))
    ranked = [member for member in view.members if member.reading and member.reading.ranked and member.gap is not None]
    fills = {sections._tile(member, (0, 0), "m", "zh").fill for member in ranked if not (member.against and member.against.proven)}
    assert fills <= {sections.COLOURS["d-z0"]}
    apart = replace(ranked[0], gap=4.0, against=Change(4.0, 1.0, 7.0))
    assert sections._tile(apart, (0, 0), "m", "zh").fill == sections.COLOURS["d-p3"]
    assert sections._tile(replace(apart, against=Change(4.0, -1.0, 9.0)), (0, 0), "m", "zh").fill == sections.COLOURS["d-z0"]


def test_a_tile_over_more_than_its_period_says_so_coloured_or_not(stores: tuple[sa.Engine, sa.Engine]) -> None:
    view = data.load(seen(stores, "province", "44", "2026-10"))
    member = next(one for one in view.members if one.reading and one.reading.ranked and one.gap is not None)
    longer = replace(member, gap=4.0, against=Change(4.0, 1.0, 7.0), reading=replace(member.reading, window=3))
    few = replace(longer, reading=replace(longer.reading, display=Display.SHRUNKEN))
    for one, fill in ((longer, "d-p3"), (few, "hatch1")):
        tile = sections._tile(one, (0, 0), "m", "zh")
        assert (tile.fill, tile.more) == (sections.COLOURS[fill], "近3月")
        now = replace(one, reading=replace(one.reading, window=1))
        assert sections._tile(now, (0, 0), "m", "zh").more == ""


def test_members_of_another_period_say_so_and_are_held_against_the_area_in_it(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores, "tianhe", "440106", "2026-W43")
    view, monthly = data.load(context), data.load(seen(stores, "tianhe", "440106", "2026-10"))
    assert view.members_period == parse("2026-10") and monthly.card.reading is not None
    assert sections._whole(view) == pytest.approx(monthly.card.reading.value)
    title = sections.ranking(view, context)[0]["text"]
    assert title.endswith("（2026年10月）") and not sections.ranking(monthly, context)[0]["text"].endswith("）")


def test_a_reading_that_moved_by_less_than_is_shown_is_neither_better_nor_worse() -> None:
    assert [ranking._sign(change, 1) for change in (0.04, -0.04, 0.06, -0.06, None)] == [0, 0, 1, -1, 0]


def test_a_line_owner_is_not_told_that_others_have_no_answers(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores, "guangzhou", "4401", "2026-10")
    view = data.load(context)
    mine = replace(view, cards=(replace(view.cards[0], reading=None), *view.cards[1:]))
    owner = replace(context, user=replace(context.user, grants=(Grant("line", 1, "another"),)))
    told = [len(sections.cards(mine, about)[1]["cards"]) for about in (context, owner)]
    assert told == [len(view.cards), sum(card.reading is not None for card in mine.cards)] and told[1] < told[0]
    none = replace(view, cards=tuple(replace(card, reading=None) for card in view.cards))
    assert sections.cards(none, owner) == [], "no heading without a card"


def test_what_changed_is_said_only_where_proven(stores: tuple[sa.Engine, sa.Engine]) -> None:
    context = seen(stores)
    view = data.load(context)
    (_, listed) = sections.what_changed(view, context)
    proven = [card for card in view.cards if card.change and card.change.proven and card.reading and card.reading.ranked]
    said = ["".join(text for text, _ in item) for item in listed["items"]]
    assert sum("95% 区间" in each for each in said) == len(proven)
    document, missing = compose(context)
    assert not missing and document["blocks"][0]["kind"] == "sentence"
