"""Races: work that many threads begin at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run ``work(0)`` … ``work(count - 1)`` in threads that begin together behind a barrier.

    Returns what each returned, or the exception it raised, in the order of their numbers.
    """
    together = threading.Barrier(count)
    found: list[Any] = [None] * count

    def run(number: int) -> None:
        together.wait()
        try:
            found[number] = work(number)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            found[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def results(found: list[Any]) -> list[Any]:
    """Return what the threads of :func:`in_threads` returned; raise the first exception one of them raised."""
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found
