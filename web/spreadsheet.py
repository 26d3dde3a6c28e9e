"""A list as an XLSX file: every cell is text, the first lines say what it is, who took it and when.  Or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

import xlsxwriter

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet program take a cell for a formula when the file is opened or saved in another format."""
WIDEST = 60
MOST_ROWS = 1_000_000
"""What one page of an XLSX file holds, with room for what stands above the table; a longer list is for CSV."""


def sheet(title: str, notes: Sequence[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an XLSX file with ``notes`` (one line each) above the table of ``rows`` under ``header``.

    No cell is ever a formula, a link or a number: a case number of 43 digits must stay as it is.
    """
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "comments": " ".join(notes)})
        plain, strong = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        page = book.add_worksheet(title[:31])
        for line, note in enumerate(notes):
            page.write_string(line, 0, note, quoted if note.startswith(DANGEROUS) else plain)
        top = len(notes) + 1
        for column, name in enumerate(header):
            page.write_string(top, column, name, strong)
        widths = [len(name) * 2 for name in header]
        for line, row in enumerate(rows, top + 1):
            for column, text in enumerate(row):
                page.write_string(line, column, text, quoted if text.startswith(DANGEROUS) else plain)
                widths[column] = max(widths[column], min(WIDEST, len(text) + sum(letter > "⺀" for letter in text)))
        for column, width in enumerate(widths):
            page.set_column(column, column, width + 2)
        page.freeze_panes(top + 1, 1)
        page.set_footer("&L" + notes[-1].replace("&", "&&")[:200] + "&R&P / &N")
    return out.getvalue()


def comma_separated(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write ``rows`` under ``header`` as CSV, row by row; return how many there are.

    A cell that a spreadsheet program would take for a formula gets an apostrophe before it, which such a program shows
    as text.
    """
    table, count = csv.writer(out), 0
    table.writerow(header)
    for row in rows:
        table.writerow([f"'{text}" if text.startswith(DANGEROUS) else text for text in row])
        count += 1
    return count
