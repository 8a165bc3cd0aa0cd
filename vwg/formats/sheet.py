"""A table as a file for spreadsheets: every cell is text, and no text runs as a formula."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")  # what a program may read as a formula (OWASP, CSV injection)
Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows) -> bytes:
    """UTF-8 with a mark, semicolons as programs here expect. What could run gets a `'` before it, and nothing is taken away."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[_dead(value) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(rows: Rows, title: str) -> bytes:
    """Each cell of type text: `=1+1` stays these four letters, `+32470000007` keeps its plus and `0470` its nought."""
    # Not at the top: it takes a quarter of a second at each start, for a table that somebody asks for once a month.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        cells = []
        for value in row:
            try:
                cell = WriteOnlyCell(sheet, value=value)
            except IllegalCharacterError:
                cell = WriteOnlyCell(sheet, value="".join(sign for sign in value if sign.isprintable()))
            cell.data_type = "s"
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _dead(value: str) -> str:
    return f"'{value}" if value.lstrip(" \u00a0\ufeff\u200b").startswith(RUNS) else value
