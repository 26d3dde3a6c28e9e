"""A bare store for the tests of the process wing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.foundation.units import Store


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    """A store with our schema and no rows, on each dialect in turn."""
    opened = Store(migrated_url)
    yield opened
    opened.database.close()
