"""A random sample that anybody can draw again: pure.

Each case has a place by the seed: the SHA-256 of ``seed:case number``.  The sample are the cases with the lowest.
So every case is as likely as any other, none comes twice, neither the order of the list nor a library's generator has a
say, and whoever knows the numbers and the seed checks it with ``sha256sum`` and ``sort``.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST = 500
"""A larger sample is no sample: nobody looks through it."""

_SEED = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class Drawn:
    """A sample: its case numbers in the order of their places, and of how many it was drawn.

    ``population`` is how many there were, ``digest`` the SHA-256 of all their numbers in ascending order, one a line.
    """

    numbers: tuple[str, ...]
    population: int
    digest: str

    @property
    def drawn_digest(self) -> str:
        """The SHA-256 of the drawn numbers in the order of their places, one a line."""
        return digest_of(self.numbers)


def is_seed(text: str) -> bool:
    """Tell whether ``text`` is a seed: 32 hexadecimal digits in lower case, 128 bits."""
    return _SEED.fullmatch(text) is not None


def place_of(seed: str, number: str) -> str:
    """Return the place of a case number by a seed, as hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(numbers: Iterable[str], size: int, seed: str) -> Drawn:
    """Return the sample of ``size`` of ``numbers``, which come in ascending order and once each; all of fewer.

    It takes no more memory than the sample.
    """
    whole, count = hashlib.sha256(), 0

    def placed() -> Iterator[tuple[str, str]]:
        nonlocal count
        for number in numbers:
            whole.update(f"{number}\n".encode())
            count += 1
            yield place_of(seed, number), number

    lowest = heapq.nsmallest(size, placed())
    return Drawn(tuple(number for _, number in lowest), count, whole.hexdigest())


def digest_of(numbers: Iterable[str]) -> str:
    """Return the SHA-256 of ``numbers``, one a line."""
    return hashlib.sha256("".join(f"{number}\n" for number in numbers).encode()).hexdigest()
