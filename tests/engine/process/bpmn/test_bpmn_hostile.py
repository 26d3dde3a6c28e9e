"""Files made to hurt: each is refused or read within two seconds of a processor and 200 MB, and the program lives on.

Each file is checked in a process of its own, so that what it takes can be told; seconds are the processor's, not the
wall's.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.process.bpmn import check
from tests.engine.process.bpmn.broken_files import WORDS
from tests.engine.process.bpmn.dsl import both, chain, end, flow, node, process, some, start, user, users, xor

CPU_SECONDS = 2.0
MEGABYTES = 200


def ladder(count: int) -> bytes:
    """Decisions that lead to each other, forward and back."""
    gates = "".join(xor(f"g{number}", f"d{number}") for number in range(count))
    ahead = "".join(flow(f"g{number}", f"g{number + 1}", id=f"d{number}") for number in range(count - 1))
    back = "".join(flow(f"g{number}", f"g{number // 2}", "x", id=f"b{number}") for number in range(count))
    last = flow(f"g{count - 1}", "e", id=f"d{count - 1}")
    return process(start(), gates, user("u"), end(), chain("s", "u", "g0"), ahead, back, last)


def fans(depth: int, kind: Callable[[str], str] = both) -> bytes:
    """Splits inside splits, so that the markings multiply."""
    parts, links = [], []
    for number in range(depth):
        parts += [kind(f"o{number}"), kind(f"c{number}"), users(f"a{number}", f"b{number}", f"k{number}")]
        links += [chain(f"o{number}", f"a{number}", f"c{number}"), chain(f"o{number}", f"b{number}", f"c{number}"),
                  chain(f"o{number}", f"k{number}", f"c{number}")]  # fmt: skip
    for number in range(depth - 1):
        links.append(chain(f"c{number}", f"o{number + 1}"))
    return process(start(), *parts, end(), chain("s", "o0"), chain(f"c{depth - 1}", "e"), *links)


def wide(count: int) -> bytes:
    """One split into everything at once."""
    names = [f"t{number}" for number in range(count)]
    return process(
        start(), both("o"), both("c"), users(*names), end(), chain("s", "o"), chain("c", "e"),
        *(chain("o", name, "c") for name in names),
    )  # fmt: skip


def long_chain(count: int) -> bytes:
    names = [f"t{number}" for number in range(count)]
    return process(start(), users(*names), end(), chain("s", *names, "e"))


def nested(levels: int) -> bytes:
    inner = user("u")
    for number in range(levels):
        inner = node("subProcess", f"p{number}", inner)
    return process(start(), inner, end())


HOSTILE: dict[str, Callable[[], bytes]] = {
    "5,000 tasks in a row": lambda: long_chain(5_000),
    "2,000 tasks side by side": lambda: wide(2_000),
    "2,000 decisions forward and back": lambda: ladder(2_000),
    "60 splits after each other": lambda: fans(60),
    "40 inclusive splits after each other": lambda: fans(40, some),
    "300 levels": lambda: nested(300),
    "20 MB": lambda: process(start(), "<!-- " + "x" * 20_000_000 + " -->", end()),
    "a condition of a megabyte": lambda: ladder(3).replace(b">x<", b">" + b"x and " * 180_000 + b"x<"),
    "a million brackets": lambda: ladder(3).replace(b">x<", b">" + b"(" * 500_000 + b"x" + b")" * 500_000 + b"<"),
    "100,000 attributes": lambda: process(start(), "<userTask " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
    "10,000 properties": lambda: process("".join(f'<property id="p{n}" name="p{n}"/>' for n in range(10_000)), start()),
    "one id 20,000 times": lambda: process(start(), user("same") * 20_000, end()),
    "20,000 flows to nowhere": lambda: process(
        start(), "".join(flow("s", f"x{number}", id=f"f{number}") for number in range(20_000)), end()
    ),
    "entities in entities": lambda: (
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + long_chain(3)
    ),
}


SOUND = {"60 splits after each other"}
"""Large, but as a drawing in order."""


def _checked(name: str, answers: Any) -> None:
    xml = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    problems = check(xml, WORDS)
    spent = time.process_time() - begin
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    answers.put((spent, grown, [one.sentence for one in problems if one.level == "error"][:1]))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_hurt_costs_little(name: str) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=_checked, args=(name, answers))
    child.start()
    child.join(120)
    assert child.exitcode == 0, "it did not come back"
    spent, grown, told = answers.get()
    assert spent < CPU_SECONDS, f"{spent:.2f} s of a processor"
    assert grown < MEGABYTES, f"{grown:.0f} MB"
    assert told or name in SOUND, "a file like this is not deployed"
