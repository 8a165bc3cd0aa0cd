"""Tables as CSV (RFC 4180) that spreadsheet programs open without running anything.

A cell that begins like a formula gets an apostrophe before it and keeps all its signs: a telephone
number's + must survive (OWASP, CSV injection).
"""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # else Excel reads UTF-8 as something else


def safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(cell: str) -> str:
    """A cell of ours as it was: without the apostrophe before a formula's sign."""
    text = cell.strip()
    return text[1:].strip() if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Separated by semicolons, as programs here expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def read(data: bytes) -> list[list[str]]:
    """All rows, the first too; separators and encodings that people's programs write are understood.

    UTF-8 and UTF-16 with their marks, else UTF-8, else Windows-1252. Raises UnicodeDecodeError for
    letters of another kind, ValueError for what is no text, csv.Error for what is no table.
    """
    text = _text(data)
    if "\0" in text:
        raise ValueError("no text")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return [[plain(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def is_guessed(data: bytes) -> bool:
    """Whether nothing in the file says how its letters are written."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return not data.startswith(tuple(mark for mark, _ in _MARKS))
    return False


_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def _text(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")
