"""A report on paper: its charts are well-formed, its text can be found again, its tables paginate."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from dashboard.figures.tiles import hex_cells
from dashboard.snapshot import chart
from dashboard.snapshot.typeset import lacking, pages, pdf, picture
from dashboard.theme import tokens

COLOURS = tokens("light")
SVG = "{http://www.w3.org/2000/svg}"


def report(*blocks: dict[str, Any], lang: str = "zh") -> dict[str, Any]:
    return {
        "title": "天河区 2026年第46周 满意度周报", "author": "满意 Manyi", "keywords": ["满意度"], "lang": lang, "colours": COLOURS,
        "product": "满意", "kind": "周报", "area": "天河区", "period": "2026年第46周", "stamp": "发布 #12 · 数据至 2026-11-15",
        "footer": "演示数据", "page_words": ["第 ", " 页，共 ", " 页"], "blocks": list(blocks),
    }  # fmt: skip


def text(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def table(rows: int) -> dict[str, Any]:
    columns = [{"title": "区域", "width": 2, "align": "left"}, {"title": "表现值", "width": "auto", "align": "right"}]
    return {
        "kind": "table",
        "columns": columns,
        "rows": [[f"第{at}网格", {"text": f"{at / 10:.1f}", "state": "plain"}] for at in range(rows)],
    }


def drawn(svg: str, tag: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(svg).findall(f"{SVG}{tag}")  # noqa: S314 (our own)


def test_every_word_and_figure_can_be_found_in_the_pdf() -> None:
    image = chart.trend(["10月", "11月"], [82.4, 81.9], [81.0, 81.1], [83.0, 82.5], COLOURS)
    made = pdf(report({"kind": "sentence", "words": [["移动综合满意度 ", False], ["82.4（±0.6）", True]]}, table(3),
                      {"kind": "figure", "image": image, "alt": "走势"}))  # fmt: skip
    found = text(made).replace(" ", "")
    for words in ("天河区", "移动综合满意度", "82.4（±0.6）", "第2网格", "发布#12", "第1页，共1页", "81.9"):
        assert words in found
    about = PdfReader(io.BytesIO(made)).metadata
    assert about is not None and about.title == "天河区 2026年第46周 满意度周报"


def test_a_long_table_goes_on_with_its_head_and_loses_no_row() -> None:
    reader = PdfReader(io.BytesIO(pdf(report(table(300)))))
    assert len(reader.pages) > 3
    assert all("表现值" in page.extract_text().replace(" ", "") for page in reader.pages)
    found = "\n".join(page.extract_text() for page in reader.pages).replace(" ", "")
    assert all(f"第{at}网格" in found for at in range(300))


def test_three_thousand_rows_paginate_and_lose_none() -> None:
    made = pdf(report(table(3000)))
    assert text(made).replace(" ", "").count("网格") == 3000


def test_a_page_of_a_finished_pdf_is_a_picture() -> None:
    made = pdf(report(table(100)))
    first, second = picture(made, 1, 40), picture(made, 2, 40)
    assert first[:8] == second[:8] == b"\x89PNG\r\n\x1a\n" and first != second
    with pytest.raises(RuntimeError):
        picture(made, 99)


def test_what_our_fonts_lack_is_known_from_their_tables() -> None:
    assert lacking(report({"kind": "note", "text": "天河 Tianhe ±−→〓"})) == ()
    assert lacking(report({"kind": "note", "text": "𠮷野㙓"})) == ("㙓", "𠮷")


def test_fonts_are_ours_and_subset() -> None:
    reader = PdfReader(io.BytesIO(pdf(report(table(3)))))
    names = {str(font["/BaseFont"]) for page in reader.pages for font in _fonts(page)}
    assert names and all("+NotoSansCJK" in name.replace("SansCJKsc", "SansCJK") for name in names)


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


def test_pages_are_pictures_too() -> None:
    (page,) = pages(report(table(3)), 60)
    assert page[:8] == b"\x89PNG\r\n\x1a\n"


def test_what_is_broken_is_a_labelled_place() -> None:
    made = text(pdf(report({"kind": "missing", "head": "投诉：本节未能生成", "reason": "查询失败"})))
    assert "投诉：本节未能生成" in made.replace(" ", "")


NOTES = ({"kind": "heading", "text": "说明"}, {"kind": "notes", "items": [[["区间", False]]] * 3}, {"kind": "note", "text": "n 答卷数"})


@pytest.mark.parametrize("before", range(33, 41))
def test_no_page_holds_the_notes_alone(before: int) -> None:
    """However far the page is filled when the last part begins: its rows go with the notes."""
    made = PdfReader(io.BytesIO(pdf(report({"kind": "heading", "text": "投诉"}, table(before), {"kind": "heading", "text": "感知"}, table(4), *NOTES))))
    last = made.pages[-1].extract_text().replace(" ", "")
    assert "n答卷数" in last and ("说明" not in last or "第3网格" in last)


@pytest.mark.parametrize(("rows", "notes"), [(22, 3), (22, 27), (6, 80)])
def test_however_many_notes_there_are_all_are_on_paper(rows: int, notes: int) -> None:
    """What is kept together fits a page; its cells may run over lines."""
    of_lines = table(rows)
    of_lines["rows"] = [["网格" * 60, cell] for _, cell in of_lines["rows"]]
    told = {"kind": "notes", "items": [[[f"第{at}条" + "说明" * 30, False]] for at in range(notes)]}
    made = PdfReader(io.BytesIO(pdf(report(table(20), {"kind": "heading", "text": "感知"}, of_lines, NOTES[0], told, NOTES[2]))))
    placed = [one for page in made.pages for one in _placed(page)]
    footer = max(y for words, y in placed if "演示数据" in words)
    assert min(y for words, y in placed if "说明" in words or "网格" in words or "答卷" in words) > footer
    found = "".join(words for words, _ in placed).replace(" ", "").replace("\n", "")
    assert all(f"第{at}条" in found for at in range(notes)) and "n答卷数" in found


def _placed(page: Any) -> list[tuple[str, float]]:
    """The texts of a page and how far above its lower edge they stand, in points."""
    found: list[tuple[str, float]] = []
    page.extract_text(visitor_text=lambda words, cm, tm, *_: found.append((words, tm[4] * cm[1] + tm[5] * cm[3] + cm[5])))
    return found


def test_lines_break_where_there_is_no_reading() -> None:
    svg = chart.trend(list("abcdef"), [80, 81, None, 82, 83, 84], [None] * 6, [None] * 6, COLOURS)
    assert len(drawn(svg, "path")) == 2
    assert len(drawn(svg, "circle")) == 5
    banded = chart.trend(list("abc"), [80, 81, 82], [79, None, 81], [81, 82, 83], COLOURS)
    assert len(drawn(banded, "path")) == 1  # a band of one point is none


def test_nothing_to_draw_is_an_empty_picture() -> None:
    for svg in (
        chart.spark([None, None], COLOURS),
        chart.trend([], [], [], [], COLOURS),
        chart.tile_map([], COLOURS),
        chart.bars([], COLOURS),
    ):
        assert len(list(ElementTree.fromstring(svg))) <= 1  # noqa: S314 (our own)


@pytest.mark.parametrize("count", [1, 7, 60])
def test_a_tile_map_holds_every_area_once(count: int) -> None:
    cells = hex_cells({f"{at}": (113 + at % 8, 22 + at // 8) for at in range(count)})
    tiles = [chart.Tile(cell, f"县{code}", "82.1", COLOURS["d-z0"], COLOURS["ink"], more="3 月") for code, cell in cells.items()]
    svg = chart.tile_map(tiles, COLOURS)
    assert len(drawn(svg, "polygon")) == count
    assert {text.text for text in drawn(svg, "text")} == ({"82.1", "3 月"} | {f"县{at}" for at in range(count)})


def test_names_are_escaped() -> None:
    svg = chart.bars([("<甲&乙>", -1.0, "down")], COLOURS)
    assert drawn(svg, "text")[0].text == "<甲&乙>"
    assert drawn(svg, "text")[1].text == "−1.0"
    assert drawn(chart.bars([("甲", -0.01, "same")], COLOURS), "text")[1].text == "0.0"


def test_an_interval_wider_than_its_scale_stays_inside() -> None:
    (line,) = drawn(chart.whisker(50, 10, 99, (70, 90), COLOURS, quiet=True), "line")
    assert 0 <= float(line.get("x1", "")) <= float(line.get("x2", "")) <= 92
