"""What a text is cut into, and what a query asks for: pure, and the same for both databases.

Chinese has no spaces, so a word is found as a substring.  Each field is cut at every place into pieces of one, two
and three characters.  Pieces of one and two are looked up as they are; a longer word is the phrase of its pieces of
three, which must follow one another.  Neither database's own trigram index finds words of one or two characters,
and those are most Chinese words and all surnames.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_WORDS = 6
MOST_LETTERS = 80
"""A query is cut here: nobody types more, and each word costs a look-up."""

START, END = "__", "_e"
"""Stand around the pieces of a field, so that a beginning and a whole field can be asked for, and no phrase crosses."""

KINDS = {"case": "c", "applicant": "a", "guide": "g"}
"""Each kind of thing has words of its own: its letter stands before every piece."""


@dataclass(frozen=True)
class Pieces:
    """What is written to the index: ``runs`` keep their order, ``marks`` are only there or not."""

    runs: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What a query asks of the index: every group's phrases must occur, and one of the places."""

    phrases: tuple[tuple[str, ...], ...]
    places: tuple[str, ...] | None
    """None for a reader who sees all places."""


def normal(text: str) -> str:
    """Return ``text`` as it is compared: NFKC (full-width letters are plain ones), no case, letters and digits only."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def words_of(query: str) -> tuple[str, ...]:
    """Return the normal words of a query; an empty tuple when nothing in it can be looked for."""
    words = (normal(word) for word in unicodedata.normalize("NFKC", query[:MOST_LETTERS]).split())
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def pieces(kind: str, places: Iterable[str], fields: Iterable[str]) -> Pieces:
    """Cut the fields of a thing of ``kind`` that lies in ``places``."""
    letter = KINDS[kind]
    runs: list[str] = []
    marks = {_place(letter, place) for place in places}
    for field in filter(None, map(normal, fields)):
        runs += [letter + START, *(letter + one for one in _cut(field, 3)), letter + END]
        marks |= {letter + one for size in (1, 2) for one in _cut(field, size)}
        marks |= {_beginning(letter, field[:1]), _beginning(letter, field[:2])}
        if len(field) < 3:
            marks.add(_whole(letter, field))
    return Pieces(tuple(runs), tuple(sorted(marks)))


def contains(kind: str, places: Sequence[str] | None, words: Sequence[str]) -> Wanted:
    """Ask for things in which each word occurs somewhere."""
    letter = KINDS[kind]
    return Wanted(tuple(_phrase(letter, word) for word in words), _places(letter, places))


def begins(kind: str, places: Sequence[str] | None, words: Sequence[str]) -> Wanted:
    """Ask for things with a field that begins with the first word; the other words occur somewhere."""
    letter, first = KINDS[kind], words[0]
    lead = (_beginning(letter, first),) if len(first) < 3 else (letter + START, *_phrase(letter, first))
    return Wanted((lead, *(_phrase(letter, word) for word in words[1:])), _places(letter, places))


def equals(kind: str, places: Sequence[str] | None, words: Sequence[str]) -> Wanted:
    """Ask for things with a field that is the first word; the other words occur somewhere."""
    letter, first = KINDS[kind], words[0]
    run = (letter + START, *_phrase(letter, first), letter + END)
    whole = (_whole(letter, first),) if len(first) < 3 else run
    return Wanted((whole, *(_phrase(letter, word) for word in words[1:])), _places(letter, places))


def marked(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Cut ``text`` into (part, whether a word was found in it), for a page that shows what was found.

    A letter that the normal form drops (a bracket inside a found word) belongs to the word.
    """
    kept = [(place, letter) for place, raw in enumerate(text) for letter in normal(raw)]
    plain = "".join(letter for _, letter in kept)
    found = [False] * len(text)
    for word in words:
        at = plain.find(word)
        while at >= 0:
            for place in range(kept[at][0], kept[at + len(word) - 1][0] + 1):
                found[place] = True
            at = plain.find(word, at + 1)
    parts: list[tuple[str, bool]] = []
    for letter, hit in zip(text, found, strict=True):
        if parts and parts[-1][1] == hit:
            parts[-1] = (parts[-1][0] + letter, hit)
        else:
            parts.append((letter, hit))
    return tuple(parts)


def _cut(field: str, size: int) -> list[str]:
    return [field[at : at + size] for at in range(len(field) - size + 1)]


def _phrase(letter: str, word: str) -> tuple[str, ...]:
    return (letter + word,) if len(word) < 3 else tuple(letter + one for one in _cut(word, 3))


def _beginning(letter: str, piece: str) -> str:
    return f"{letter}_b{piece}"


def _whole(letter: str, field: str) -> str:
    return f"{letter}_w{field}"


def _place(letter: str, place: str) -> str:
    return f"{letter}_p{place}"


def _places(letter: str, places: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if places is None else tuple(_place(letter, one) for one in sorted(places))
