"""Text to values: what fits becomes a value, what does not becomes a fault with its reason, nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from etl.sources.declaration import Column, Form, Near, Source
from etl.sources.masking import mask_one
from etl.sources.values import Context, faults_of, read_column

WINDOW = (date(2026, 1, 1), date(2026, 6, 30))


def column(kind: str, **more: Any) -> Column:
    return Column("x", Source(headers=("x",)), type=kind, **more)


def read(of: Column, *texts: str | None, form: Form | None = None, near: list[str] | None = None) -> tuple[list[Any], list[str]]:
    """Values, and ``line:code`` of the faults."""
    series = pl.Series(texts, dtype=pl.String)
    context = Context({}, form or Form(), WINDOW, dated_by="x")
    values = read_column(of, series, context, pl.Series(near, dtype=pl.String) if near else None)
    faults = faults_of(of, values, series, pl.int_range(1, len(texts) + 1, eager=True))
    return values.series.to_list(), [f"{fault.line}:{fault.code}" for fault in faults]


def test_whole_numbers_as_spreadsheets_write_them() -> None:
    assert read(column("integer"), "8", "8.0", " 8 ", "８", "8.5", "eight", "") == (
        [8, 8, 8, 8, None, None, None], ["6:not_a_number", "5:not_an_integer"],
    )  # fmt: skip


def test_ranges_sentinels_and_infinities() -> None:
    assert read(column("integer", minimum=1, maximum=10, blanks=("-1", "98", "99")), "0", "10", "-1", "98.0", "11") == (
        [None, 10, None, None, None], ["1:out_of_range", "5:out_of_range"],
    )  # fmt: skip
    assert read(column("number"), "inf", "nan", "1e3", "-0.5")[1] == ["1:not_finite", "2:not_finite"]
    assert read(column("number", minimum=0, blank_if_wrong=True), "-3", "x", "2") == ([None, None, 2.0], [])


def test_decimal_sign_and_thousands() -> None:
    assert read(column("number"), "1.234,5", form=Form(decimal=",", thousands=".")) == ([1234.5], [])


def test_padding_and_required() -> None:
    assert read(column("text", pad=5, required=True), "2134", "", "02134") == (["02134", None, "02134"], ["2:missing"])


def test_maps_and_vocabularies() -> None:
    words = ("open", "closed")
    assert read(column("text", values={"办结": "closed"}, words=words), "办结", "open", "撤销") == (
        ["closed", "open", None], ["3:not_in_map"],
    )  # fmt: skip
    assert read(column("text", words=words), "open", "OPEN", "") == (["open", None, None], ["2:not_in_vocabulary"])
    assert read(column("text", words=words, other="open", default="closed"), "撤销", "") == (["open", "closed"], [])
    assert read(column("text", values={"甲": "A"}, keep_others=True), "甲", "乙") == (["A", "乙"], [])
    assert read(column("text", values={"甲": "A"}, other="B"), "甲", "乙") == (["A", "B"], [])


def test_flags() -> None:
    assert read(column("flag"), "是", "N", "1", "maybe", "") == ([True, False, True, None, None], ["4:not_a_flag"])


def test_the_first_format_that_gives_a_day_of_the_window_reads_it() -> None:
    swapped = column("date", formats=("%m-%d-%Y", "%d-%m-%Y"))
    assert read(swapped, "04-08-2026", "22-04-2026", "05-12-2026", "31-12-2026", "April") == (
        [date(2026, 4, 8), date(2026, 4, 22), date(2026, 5, 12), None, None], ["4:date_out_of_range", "5:not_a_date"],
    )  # fmt: skip


def test_a_second_column_may_decide_between_formats() -> None:
    near = Near(Source(headers=("y",)), ("%d-%b-%y",), 0)
    either = column("date", formats=("%m-%d-%Y", "%d-%m-%Y"), near=near)
    assert read(either, "04-05-2026", "04-05-2026", near=["05-Apr-26", "04-May-26"])[0] == [date(2026, 4, 5), date(2026, 5, 4)]


def test_several_formats_in_one_column() -> None:
    mixed = column("timestamp", formats=("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"))
    assert read(mixed, "\n\t2026/2/3 8:05:00", "2026-02-03 00:00:00", "2026-02-04")[0] == [
        datetime(2026, 2, 3, 8, 5), datetime(2026, 2, 3), datetime(2026, 2, 4),
    ]  # fmt: skip
    assert read(column("month", formats=("%Y-%m", "%Y%m")), "2026-02", "202603")[0] == [date(2026, 2, 1), date(2026, 3, 1)]


def test_a_month_may_stand_for_its_last_day() -> None:
    ended = column("timestamp", formats=("%Y %B", "%Y-%m-%d"), of_month="last")
    assert read(ended, "2026 February", "2026-02-03", "2026 June") == (
        [datetime(2026, 2, 28), datetime(2026, 2, 3), datetime(2026, 6, 30)], [],
    )  # fmt: skip
    assert read(ended, "2026 July")[1] == ["1:date_out_of_range"]
    assert read(column("date", formats=("%Y %B",)), "2026 February")[0] == [date(2026, 2, 1)]


def test_nothing_after_the_last_day_that_can_be() -> None:
    late = (WINDOW[1] + timedelta(days=1)).isoformat()
    assert read(column("timestamp", formats=("%Y-%m-%d",)), late)[1] == ["1:date_out_of_range"]


def test_private_values_are_not_told_and_texts_are_masked() -> None:
    private = column("integer", private=True)
    series = pl.Series(["x13912345678"])
    values = read_column(private, series, Context({}, Form(), WINDOW))
    assert faults_of(private, values, series, pl.Series([1]))[0].value == "***"
    assert read(column("text", masked=True), "call 13912345678")[0] == ["call [手机号]"]


@pytest.mark.parametrize(("text", "masked"), [
    ("打 13912345678 或139 1234 5678。", "打 [手机号] 或[手机号]。"), ("证件44010119900101123X，谢谢", "证件[身份证号]，谢谢"),
    ("座机 020-12345678，订单 1234567", "座机 020-12345678，订单 1234567"), ("号码12012345678不是手机", "号码12012345678不是手机"),
])  # fmt: skip
def test_numbers_of_persons_are_masked(text: str, masked: str) -> None:
    assert mask_one(text) == masked
