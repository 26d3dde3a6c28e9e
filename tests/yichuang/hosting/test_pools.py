"""Threads and connections: whatever the server gives, all processes together stay within it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.hosting.pools import FEWEST_THREADS, ROOM, SPARE, THREADS, PoolTooSmall, plan


@given(allowed=st.integers(0, 2000), processes=st.integers(0, 16), work=st.booleans(), budget=st.integers(0, 500))
def test_the_processes_never_take_more_than_there_is(allowed: int, processes: int, work: bool, budget: int):
    try:
        pools = plan(allowed, processes=processes, work=work, budget=budget)
    except PoolTooSmall:
        return
    assert processes * pools.web + pools.work <= allowed - ROOM
    assert not budget or processes * pools.web + pools.work <= budget
    assert not processes or FEWEST_THREADS <= pools.threads <= THREADS
    assert not processes or pools.web == pools.threads + SPARE
    assert bool(pools.work) == work


def test_a_server_as_it_comes_serves_two_processes():
    assert plan(97, processes=2, work=True).threads >= 32


def test_plenty_gives_every_thread():
    assert plan(500, processes=2, work=True).threads == THREADS


def test_too_little_is_said_with_figures():
    with pytest.raises(PoolTooSmall) as caught:
        plan(20, processes=4, work=True)
    assert "14" in caught.value.sentence and "40" in caught.value.sentence
    assert "max_connections" in caught.value.sentence
