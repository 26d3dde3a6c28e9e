"""scanning of uploads, phone photographs, applicants' query codes"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
