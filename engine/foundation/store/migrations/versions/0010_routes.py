"""report-up, joint opinions, review of rejections"""

from __future__ import annotations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
