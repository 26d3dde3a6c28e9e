"""设计：服务器检查与只用 lxml 读入之比（应不超过 20）；三百个元素的图比原版 bpmn-js 多停顿多少（应不超过 200 毫秒）。

Check and reading are done in turns in one run, on files that no cache has seen: each round writes another comment into
each file.  What is checked must be found whole, and a fault put into one file must be found, before a figure counts.
The edits are done in turns too, by pointer and keyboard, in the product and in bpmn-js as it comes (``_designer/``).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from bench._designer.measuring import edited
from engine.oversight.publishing.checking import problems_of
from engine.oversight.publishing.decisions import by_decision
from engine.process.bpmn import DecisionFile, Problem, parse_decisions, parse_definition
from engine.process.tasks.awaited.rules import with_outside
from processes import library
from yichuang.compose import words

MAIN = "one_window_main"
LIMIT = 20.0
_END = b"</bpmn:definitions>"

Texts = Mapping[str, bytes]


def run(*, quick: bool) -> dict[str, Any]:
    """Return the figures of the check (the ratio to lxml alone, what a new main file takes) and of the edits."""
    return {"check": _check(5 if quick else 40), "edit": edited(60, 1) if quick else edited(300, 5)}


def _check(rounds: int) -> dict[str, Any]:
    shipped = {name: file.xml for name, file in library.processes().items()}
    files = {name: shipped[name] for name in _closure(shipped)}
    check = _checker()
    _prove(check, files)
    whole, alone, saved = [], [], []
    for number in range(rounds):
        texts = _unseen(files, f"whole {number}")
        alone.append(_seconds(_read_by_lxml, texts))
        whole.append(_seconds(check, texts))
        # What a designer who draws the main process waits for: what it calls was judged a moment ago.
        saved.append(_seconds(check, {**texts, MAIN: _unseen(files, f"saved {number}")[MAIN]}))
    ratio = statistics.median(whole) / statistics.median(alone)
    return {
        "ratio": round(ratio, 1),
        "limit": LIMIT,
        "holds": ratio <= LIMIT,
        "files": len(files),
        "bytes": sum(map(len, files.values())),
        "rounds": rounds,
        "median_ms": round(statistics.median(whole) * 1000, 1),
        "lxml_median_ms": round(statistics.median(alone) * 1000, 2),
        "saved_ratio": round(statistics.median(saved) / statistics.median(alone), 1),
        "saved_median_ms": round(statistics.median(saved) * 1000, 1),
    }


def _closure(shipped: Texts) -> list[str]:
    """Return the ids of the main process and of all that it calls, directly or not."""
    found, wanted = list[str](), [MAIN]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.append(name)
            wanted += parse_definition(shipped[name]).called
    return found


def _checker() -> Callable[[Texts], tuple[Problem, ...]]:
    """Return the check as the server does it before a draft is saved and before it is released."""
    known = with_outside(words(), (one.message for one in library.messages().values()))
    tables: list[DecisionFile] = [parse_decisions(file.xml) for file in library.decisions().values()]
    decided = by_decision(tables).get
    return lambda texts: problems_of(texts, known, lambda _: None, decided)


def _unseen(files: Texts, what: str) -> dict[str, bytes]:
    return {name: xml.replace(_END, f"<!-- {what} -->".encode() + _END) for name, xml in files.items()}


def _read_by_lxml(texts: Texts) -> None:
    for xml in texts.values():
        etree.fromstring(xml)


def _seconds(work: Callable[[Texts], object], texts: Texts) -> float:
    begin = time.perf_counter()
    work(texts)
    return time.perf_counter() - begin


def _prove(check: Callable[[Texts], tuple[Problem, ...]], files: Texts) -> None:
    """Raise unless the check lets the shipped files through and finds a call of nothing."""
    assert len(files) > 10, sorted(files)
    assert check(_unseen(files, "sound")) == (), "the shipped files are sound"
    [called] = parse_definition(files[MAIN]).called[:1]
    broken = files[MAIN].replace(f'calledElement="{called}"'.encode(), b'calledElement="nowhere"', 1)
    found = check(_unseen({**files, MAIN: broken}, "broken"))
    assert any(one.level == "error" for one in found), "a call of nothing is found"
