"""What a file is under its wrapping: decompressed, and its encoding found out."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import IO

from etl.sources.faults import RefusedFile

OPENERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MAX_BYTES = 20 * 2**30  # a file that unpacks to more is taken for an attack
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CHUNK = 1 << 20


def is_workbook(path: Path) -> bool:
    """Whether the bytes are an Excel workbook (whatever the name says)."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == OLD_EXCEL:
        return True
    if start != ZIP:
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" in archive.namelist()


@contextmanager
def unwrapped(path: Path, member: str | None = None) -> Iterator[Path]:
    """The plain file: ``path`` itself, or a temporary copy when it is compressed (gz, bz2, xz, zip).

    ``member`` is the pattern of the file meant in a zip with several. Raises :class:`RefusedFile`.
    """
    with path.open("rb") as stream:
        start = stream.read(6)
    opener = next((opener for mark, opener in OPENERS.items() if start.startswith(mark)), None)
    if opener is None and (not start.startswith(ZIP) or is_workbook(path)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="manyi-feed-") as folder:
        target = Path(folder) / "content"
        try:
            with _member(path, member) if opener is None else opener(path, "rb") as packed, target.open("wb") as plain:
                _copy(packed, plain)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise RefusedFile("damaged", f"压缩文件已损坏：{error}", f"the compressed file is damaged: {error}") from None
        yield target


def _copy(packed: IO[bytes], plain: IO[bytes]) -> None:
    written = 0
    while chunk := packed.read(CHUNK):
        written += len(chunk)
        if written > MAX_BYTES:
            raise RefusedFile("too_large", "解压后过大", f"it unpacks to more than {MAX_BYTES} bytes")
        plain.write(chunk)


@contextmanager
def _member(path: Path, pattern: str | None) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        names = [name for name in names if pattern is None or fnmatch(name, pattern)]
        if len(names) != 1:
            listed = ", ".join(names[:5]) or "—"
            raise RefusedFile(
                "members", f"压缩包中应恰有一个数据文件，实有 {len(names)} 个：{listed}（可用 form.member 指定）",
                f"the archive must hold one data file, it holds {len(names)}: {listed} (form.member names one)",
            )  # fmt: skip
        with archive.open(names[0]) as stream:
            yield stream


def detect_encoding(path: Path) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16`` or ``gb18030``: by the byte order mark, else by which decodes more lines."""
    with path.open("rb") as stream:
        start = stream.read(4)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)
    if marked:
        return marked
    if _decodes_whole(path, "utf-8"):
        return "utf-8"
    bad = _bad_lines(path, "utf-8")
    return "gb18030" if bad and _bad_lines(path, "gb18030") < bad else "utf-8"


def _decodes_whole(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bad_lines(path: Path, encoding: str) -> int:
    """How many lines do not decode."""
    bad = 0
    with path.open("rb") as stream:
        while lines := stream.readlines(CHUNK):
            bad += _bad_in(lines, encoding)
    return bad


def _bad_in(lines: list[bytes], encoding: str) -> int:
    try:
        b"".join(lines).decode(encoding)
    except UnicodeDecodeError:
        return sum(1 for line in lines if not _decodes(line, encoding))
    return 0


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
