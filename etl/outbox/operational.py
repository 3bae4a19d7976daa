"""The letter to who runs the installation, when something it should have done was not done."""

from __future__ import annotations

from etl.outbox.letter import Letter

WORDS = {
    "zh": ("【运维】{title}",
           "{said}\n\n已保存的数据和报告不受影响。请在「数据」页查看原因，处理后重新运行：{command}\n\n{link}\n"),
    "en": ("[operations] {title}",
           "{said}\n\nData and reports that were kept are not affected. The Data page tells the cause; once it is mended, run it"
           " again: {command}\n\n{link}\n"),
}  # fmt: skip


def letter(
    occurrence: str, title: str, said: str, command: str, link: str, *, address: str, user_id: int, language: str
) -> Letter:  # fmt: skip
    """What failed, what is safe and what to do, in the reader's language. :class:`ValueError` for an address no server takes."""
    subject, text = WORDS[language]
    return Letter(
        occurrence=occurrence, kind="operational", address=address, subject=subject.format(title=title), language=language,
        user_id=user_id, link=link, text=text.format(said=said, command=command, link=link),
    )  # fmt: skip
