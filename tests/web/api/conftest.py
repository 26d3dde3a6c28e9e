"""Fixtures of the API's tests."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.web.api.client import Api


@pytest.fixture
def api(house: House) -> Api:
    """The API over a house on SQLite and again on PostgreSQL."""
    return Api(house)


@pytest.fixture
def sqlite_api(sqlite_house: House) -> Api:
    """The API over a house on SQLite, for what has nothing to do with the database."""
    return Api(sqlite_house)
