"""The eight kinds of special procedure that Appendix B names, in its order."""

from __future__ import annotations

from typing import Final

SPECIAL_PROCEDURES: Final[dict[str, str]] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
