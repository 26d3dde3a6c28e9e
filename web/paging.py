"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass

SIZE = 20
MOST = 10_000


@dataclass(frozen=True)
class Page:
    """Where in a list of ``total`` rows a page stands; ``number`` counts from 1.

    A list is counted as far as ``MOST``: a ``total`` beyond it means more, and the pages end there.
    """

    number: int
    total: int
    size: int = SIZE

    @property
    def offset(self) -> int:
        """How many rows lie before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page."""
        return max(1, -(-min(self.total, MOST) // self.size))

    @property
    def counted(self) -> str:
        """The total in words a page shows: ``10000+`` when there are more than are counted."""
        return counted(self.total)

    @property
    def first_row(self) -> int:
        """The place of the first row on the page, counted from 1; 0 for an empty list."""
        return min(self.offset + 1, self.total)

    @property
    def last_row(self) -> int:
        """The place of the last row on the page."""
        return min(self.offset + self.size, self.total, MOST)

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to offer: the ends, the neighbours, and None where some are left out."""
        wanted = sorted({1, self.last, *range(max(1, self.number - 2), min(self.last, self.number + 2) + 1)})
        shown: list[int | None] = []
        for before, number in zip([0, *wanted], wanted, strict=False):
            if number - before > 1:
                shown.append(None)
            shown.append(number)
        return shown


def asked_number(text: str | None) -> int:
    """Return the page number in a query string; anything that is none is the first page."""
    return min(MOST, max(1, int(text))) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def counted(total: int) -> str:
    """Return a count that stops at ``MOST`` in words: ``312``, ``10000+``."""
    return f"{MOST}+" if total > MOST else str(total)
