"""What every test stands on.  The fixtures are written in tests/support; this file only registers them."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.databases",
    "tests.support.server",
    "tests.support.browser",
    "tests.support.house",
    "tests.support.first_release",
    "tests.support.hall",
    "tests.support.clamd",
    "tests.support.site",
    "tests.support.courier",
    "tests.support.filled.serving",
]

# "ci" is what everybody runs: the same examples each time and no clock, so a red run is red again.
# "deep" searches on: pytest --hypothesis-profile=deep
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "deep", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")
