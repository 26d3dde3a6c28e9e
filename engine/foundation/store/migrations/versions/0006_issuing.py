"""couriers, electronic delivery, custody of originals"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
