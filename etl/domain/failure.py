"""A failure told in both languages, without the rows at hand."""

from __future__ import annotations

from dataclasses import dataclass

MOST_TEXT = 2000  # characters of a failure that are kept
QUOTING = ("DETAIL:", "CONTEXT:")  # a database's lines that may quote rows


@dataclass(frozen=True)
class Failure:
    """What stopped a piece of work: the kind of the error, and a sentence in each language."""

    kind: str
    zh: str
    en: str


def told(error: BaseException) -> Failure:
    """The failure as its reader is told it: an error's own two reasons, else what kind of thing went wrong, and its words.

    An error with ``reason_zh`` and ``reason_en`` speaks for itself; one with ``orig`` is a database's.
    """
    kind = type(error).__name__
    zh, en = getattr(error, "reason_zh", ""), getattr(error, "reason_en", "")
    if not (zh and en):
        zh, en = _framed(error, kind)
    return Failure(kind, zh[:MOST_TEXT], en[:MOST_TEXT])


def _framed(error: BaseException, kind: str) -> tuple[str, str]:
    words = _words(error)
    if getattr(error, "orig", None) is not None:
        return f"数据库没有完成操作，原文：{words}", f"the database could not do it: {words}"
    if isinstance(error, OSError):
        return f"文件或网络操作没有完成，原文：{words}", f"a file or the network failed: {words}"
    if isinstance(error, MemoryError):
        return "内存不足", "out of memory"
    return f"程序出错（{kind}），原文：{words}", f"the program failed ({kind}): {words}"


def _words(error: BaseException) -> str:
    said = str(getattr(error, "orig", None) or error)
    return "\n".join(line for line in said.splitlines() if not line.startswith(QUOTING)) or "—"
