"""applications of several items, consultations, messages"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
