"""One workshop for the whole session: houses set up with the same files are copied, as in the product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.oversight.rehearsal.files import Files, shipped_files
from yichuang.rehearsing.house import Workshop


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    with Workshop() as made:
        yield made


@pytest.fixture(scope="session")
def shipped() -> Files:
    """The files that a new house publishes."""
    return shipped_files()
