"""The head that all sample documents bear."""

from __future__ import annotations

HEAD = {
    "number": "安审批（受理）〔2026〕000123号",
    "case_no": "11410500MB1A0000203000131002000202603020001",
    "qr_url": "https://one-window.example/verify/0123456789abcdef",
    "issued_at": "2026-03-02T09:18:00+08:00",
}
