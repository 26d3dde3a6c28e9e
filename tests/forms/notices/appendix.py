"""Appendix B and Appendix C as the standard prints them, and what each of their parts must leave on paper.

The texts are copied from the standard. Its Appendix B is printed with half-width punctuation, its
Appendix C with full-width; documents use the full-width of the Chinese original.
"""

from __future__ import annotations

import re

APPENDIX_B = """
收件(受理)通知书
××××××:
本窗口收到您申请办理的××××××事项所送的申请材料计××项,经审查,申请材料齐全,符合法定形式,现予收件(受理),将在××个工作日内给予办结。其中,该事项办理过程中涉及的以下程序:听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审等(可根据实际情况选择),不计入承诺时限。
特此告知
经办人: ××××××	联系电话: ×××××× 监督投诉电话: ××××××
承办窗口(章)
××××年××月××日
注: 1.本通知书仅作为收件(受理)证明,与审批结果无必然联系。
2.第一联申请人留存,第二联窗口存档。
"""
APPENDIX_B_STUB = """
收件(受理)通知书存根
××××××:
本窗口收到您申请办理的××××××事项所送的申请材料计××项,经审查,申请材料齐全,符合法定形式,现予收件(受理),将在××个工作日内给予办结。其中,该事项办理过程中涉及的以下程序:听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审等(可根据实际情况选择),不计入承诺时限。
特此告知
申请人(签字):	签字日期: ××××年××月××日
承办窗口(章)
××××年××月××日
"""
APPENDIX_C = """
补齐补正通知书
××××××：
本窗口收到您申请办理的××××××事项所送的有关材料后，依法进行了审查，因您所送的材料不齐全（或不符合法定形式），暂时不能收件（受理）。请您补充齐全或修改下列材料后前来办理。
需补交或修改的材料如下：
××××××××(一式几份)。
请您将上述材料尽快补齐补正后送本窗口。
特此告知
经办人：××××××	联系电话：××××××	监督投诉电话：××××××
承办窗口（章）
××××年××月××日
注：第一联申请人留存，第二联窗口存档。
"""
APPENDIX_C_STUB = """
补齐补正通知书存根
××××××：
本窗口收到您申请办理的××××××事项所送的有关材料后，依法进行了审查，因您所送的材料不齐全（或不符合法定形式），暂时不能收件（受理）。请您补充齐全或修改下列材料后前来办理。
需补交或修改的材料如下：
××××××××(一式几份)。
请您将上述材料尽快补齐补正后送本窗口。
特此告知
申请人（签字）：	签字日期：××××年××月××日
承办窗口（章）
××××年××月××日
"""

_FULL_WIDTH = str.maketrans(":,()", "：，（）")


def fragments(appendix: str) -> list[str]:
    """The fixed words of an appendix in order: what stands between the places to be filled."""
    text = appendix.translate(_FULL_WIDTH).replace(" ", "")
    # These words tell the clerk to choose and to count; a filled notice shows the choice and the count.
    text = text.replace("等（可根据实际情况选择）", "").replace("几份", "××份")
    return [piece for line in text.split("\n") for piece in re.split(r"×+|\t", line) if piece]


def find_in_order(pieces: list[str], text: str) -> list[str]:
    """The pieces that are not found in ``text`` one behind the other."""
    missing, at = [], 0
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            missing.append(piece)
        else:
            at = found + len(piece)
    return missing
