"""The eight kinds of special procedure that Appendix B names, in its order and words."""

from __future__ import annotations

from typing import Final

SPECIAL_PROCEDURES: Final = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")
