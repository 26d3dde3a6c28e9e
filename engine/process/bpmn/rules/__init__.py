"""Rules for process files, grouped by what they look at; ``check`` in ``whole`` applies them all."""

from __future__ import annotations
