"""Which resumption ends which pause: of one key they alternate, whether counted in days or to the instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from deadlines.law.errors import PauseAlreadyOpen, ResumeWithoutPause


class Mark(Protocol):
    """Something that happens to the pause ``key``."""

    @property
    def key(self) -> str:
        """What tells pauses apart that may overlap."""


P = TypeVar("P", bound=Mark)
R = TypeVar("R", bound=Mark)
T = TypeVar("T", bound=date)


def paired(
    pauses: Sequence[P], resumes: Sequence[R], when: Callable[[P | R], T], say: Callable[[T], str]
) -> list[P | R]:
    """Return ``pauses`` and ``resumes`` (each in order of time) so that, for each key, they alternate.

    At a time with both, an open pause is first resumed and then a new one may begin; without an open pause the one
    that begins then is also ended then.  ``when`` gives the day or the instant of a mark, ``say`` its words.  Raises
    ``PauseAlreadyOpen`` and ``ResumeWithoutPause``.
    """
    ordered: list[P | R] = []
    for key in sorted({mark.key for mark in (*pauses, *resumes)}):
        begun = [mark for mark in pauses if mark.key == key]
        ended = [mark for mark in resumes if mark.key == key]
        for place, pause in enumerate(begun):
            if place and (len(ended) < place or when(ended[place - 1]) > when(pause)):
                raise PauseAlreadyOpen(on=say(when(pause)))
            ordered.append(pause)
            if place < len(ended):
                if when(ended[place]) < when(pause):
                    raise ResumeWithoutPause(on=say(when(ended[place])))
                ordered.append(ended[place])
        if len(ended) > len(begun):
            raise ResumeWithoutPause(on=say(when(ended[len(begun)])))
    return ordered
