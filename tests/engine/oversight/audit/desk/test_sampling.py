"""A random sample: uniform, without doubles, the same again by its seed, whatever draws it."""

from __future__ import annotations

import hashlib
import secrets
import subprocess
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.oversight.audit.desk.sampling import digest_of, draw, is_seed, place_of

seeds = st.binary(min_size=16, max_size=16).map(bytes.hex)
populations = st.frozensets(st.integers(1, 10**6), max_size=60).map(lambda found: sorted(f"{one:09}" for one in found))
sizes = st.integers(1, 70)


@given(populations, sizes, seeds)
def test_it_is_so_many_of_them_and_none_twice(numbers: list[str], size: int, seed: str):
    drawn = draw(numbers, size, seed)
    assert len(drawn.numbers) == len(set(drawn.numbers)) == min(size, len(numbers))
    assert set(drawn.numbers) <= set(numbers)
    assert drawn.population == len(numbers)
    assert drawn.digest == digest_of(numbers)


@given(populations, sizes, seeds)
def test_the_same_seed_draws_the_same_and_a_larger_sample_begins_with_it(numbers: list[str], size: int, seed: str):
    drawn = draw(iter(numbers), size, seed)
    assert draw(numbers, size, seed) == drawn
    assert draw(numbers, size + 1, seed).numbers[:size] == drawn.numbers
    assert draw(reversed(numbers), size, seed).numbers == drawn.numbers


@given(populations, sizes, seeds, st.integers(1, 10**6))
def test_a_case_that_joins_pushes_at_most_one_out(numbers: list[str], size: int, seed: str, more: int):
    before = draw(numbers, size, seed).numbers
    after = draw(sorted({*numbers, f"{more:09}"}), size, seed).numbers
    assert len(set(before) - set(after)) <= 1
    assert set(after) - set(before) <= {f"{more:09}"}


def test_every_case_is_as_likely_as_any_other():
    # 3,000 samples of 5 out of 20: each case is expected 750 times; with seeds from ``secrets`` no run is like another,
    # so the bound is one that a fair draw passes but once in many millions of runs (chi-square, 19 degrees, 1e-8: 70).
    numbers = [f"{one:04}" for one in range(20)]
    seen = Counter(one for _ in range(3_000) for one in draw(numbers, 5, secrets.token_hex(16)).numbers)
    # Drawing without putting back varies less than independent throws: by 15/19.
    assert sum((seen[one] - 750) ** 2 / 750 for one in numbers) < 70


def test_the_order_of_a_sample_is_as_random_as_its_choice():
    numbers = [f"{one:04}" for one in range(4)]
    firsts = Counter(draw(numbers, 4, secrets.token_hex(16)).numbers[0] for _ in range(2_000))
    assert all(350 < firsts[one] < 650 for one in numbers)


def test_another_seed_draws_others():
    numbers = [f"{one:04}" for one in range(1_000)]
    samples = {draw(numbers, 10, secrets.token_hex(16)).numbers for _ in range(50)}
    assert len(samples) == 50


def test_it_can_be_checked_with_other_tools():
    # A golden vector: ``printf '%s' "$seed:$number" | sha256sum`` for each number, then ``sort``.
    numbers, seed = ["A1", "A2", "A3", "A4", "A5"], "00112233445566778899aabbccddeeff"
    places = {
        number: subprocess.run(
            ["sha256sum"], input=f"{seed}:{number}".encode(), capture_output=True, check=True
        ).stdout.decode().split()[0]
        for number in numbers
    }  # fmt: skip
    assert all(place_of(seed, number) == place for number, place in places.items())
    assert draw(numbers, 3, seed).numbers == tuple(sorted(numbers, key=lambda one: places[one])[:3])
    assert draw(numbers, 3, seed).drawn_digest == hashlib.sha256(
        "".join(f"{one}\n" for one in draw(numbers, 3, seed).numbers).encode()
    ).hexdigest()


def test_a_seed_is_thirty_two_digits_and_nothing_else():
    assert is_seed("0" * 32) and is_seed(secrets.token_hex(16))
    for wrong in ("", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 31 + "\n", "٠" * 32):
        assert not is_seed(wrong)
