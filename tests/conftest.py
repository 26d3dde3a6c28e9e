"""What every test stands on.  The fixtures are written in tests/support; this file only registers them."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.quick",
    "tests.support.databases",
    "tests.support.aftermath",
    "tests.support.server",
    "tests.support.browser",
    "tests.support.house",
    "tests.support.first_release",
    "tests.support.hall",
    "tests.support.clamd",
    "tests.support.site",
    "tests.support.courier",
    "tests.support.filled.serving",
    "tests.support.designer",
]

# "ci" is what everybody runs: the same examples each time and no clock, so a red run is red again.
# "deep" searches on: pytest --hypothesis-profile=deep
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "deep", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Set aside, after each file, what the process keeps for good.

    What a worker has imported and cached grows to a million objects, and going through them again and again to find
    what is garbage would take more time than many a test.
    """
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()
