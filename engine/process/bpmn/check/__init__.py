"""Rules for process files, grouped by what they look at; ``whole.check`` applies them all."""

from __future__ import annotations
