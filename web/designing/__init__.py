"""流程设计: drafts of process files and what belongs to them, drawn, checked, reviewed and released in the browser."""

from __future__ import annotations
