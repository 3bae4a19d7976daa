"""What was wrong with a file, told in both languages: a fault names line, column, value and reason."""

from __future__ import annotations

from dataclasses import dataclass

VALUE_LIMIT = 200  # characters of the offending value that are kept

REASONS: dict[str, tuple[str, str]] = {
    "missing": ("不能为空", "must not be blank"),
    "not_a_number": ("不是数字", "is not a number"),
    "not_an_integer": ("不是整数", "is not a whole number"),
    "not_finite": ("不是有限的数", "is not a finite number"),
    "out_of_range": ("超出允许范围 {detail}", "is outside the allowed range {detail}"),
    "not_a_date": ("不是所声明格式的日期：{detail}", "is not a date in a declared format: {detail}"),
    "date_out_of_range": ("日期超出允许范围 {detail}", "is a date outside the allowed range {detail}"),
    "not_a_flag": ("不是“是/否”", "is neither yes nor no"),
    "not_in_map": ("不在值映射表中", "is not in the feed's value map"),
    "not_in_vocabulary": ("不是允许的取值：{detail}", "is not an allowed value: {detail}"),
    "fields": ("列数不符：{detail}", "the row has the wrong number of fields: {detail}"),
    "encoding": ("含有无法解码的字节", "holds bytes that cannot be decoded"),
    "area_unknown": ("区域在区域树中找不到", "is no area of the tree"),
    "area_ambiguous": ("区域名称对应多个区域", "names more than one area"),
    "area_blank": ("缺少区域", "names no area"),
    "area_not_alive": ("该区域在当日尚未启用或已停用", "is an area that did not exist on that day"),
    "touchpoint_unknown": ("触点不存在", "is no known touchpoint"),
    "indicator_unknown": ("指标不存在或不属于本类数据", "is no indicator of this kind of data"),
    "zero_denominator": ("分母为零，无法计算比率", "has a zero denominator; no ratio can be made"),
    "answered_over_asked": ("回复数大于邀请数", "has more answers than invitations"),
    "closed_before_opened": ("办结时间早于受理时间", "was closed before it was opened"),
    "parent_unknown": ("上级区域不存在", "its parent area does not exist"),
    "parent_level": ("上级区域的层级必须更高：{detail}", "its parent must stand on a higher level: {detail}"),
    "dates_reversed": ("失效日期必须晚于生效日期", "must end after it begins"),
    "level_unknown": ("不是区域层级的名称", "is no level of the tree"),
    "no_reading": ("没有任何读数", "carries no reading at all"),
    "no_answer": ("没有任何一题有评分", "carries no score at all"),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row; ``line`` is the physical line (1 the first) the row begins on."""

    line: int
    column: str
    value: str | None
    code: str
    reason_zh: str
    reason_en: str


def fault(line: int, column: str, value: str | None, code: str, detail: str = "") -> Fault:
    """A fault with its reason spelled out; an unknown ``code`` is a mistake of ours (``KeyError``)."""
    zh, en = REASONS[code]
    shown = None if value is None else value[:VALUE_LIMIT]
    return Fault(line, column, shown, code, zh.format(detail=detail), en.format(detail=detail.replace("、", ", ")))


class WrongFeed(ValueError):
    """A feed declaration that cannot be used; the text names the file, the entry and what is allowed."""

    @property
    def reason_en(self) -> str:
        return str(self)

    @property
    def reason_zh(self) -> str:
        return f"数据源声明不可用：{self}"


class RefusedFile(Exception):
    """A whole file that is not taken, with the reason in both languages."""

    def __init__(self, code: str, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.code = code
        self.reason_zh = reason_zh
        self.reason_en = reason_en
