"""The applicants of the filled house: made-up names with numbers whose check digits are right."""

from __future__ import annotations

from typing import Any

from processes.uscc import check_character

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LONG_FIRM = "安阳市文峰区殷都古城文化旅游餐饮管理服务有限责任公司中华路美食广场第二分公司"
LONG_PERSON = "阿卜杜热合曼·买买提依明·吐尔逊江"


def resident_id(birth: str, order: int) -> str:
    """Return a resident identity number of this city for a birthday ``YYYYMMDD`` (GB 11643)."""
    body = f"410502{birth}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def person(name: str, birth: str, order: int, **more: Any) -> dict[str, Any]:
    """Return the application of a person."""
    return {
        "applicant_kind": "person", "applicant_name": name, "id_kind": "resident_id",
        "id_no": resident_id(birth, order),
        "phone": f"1380000{order:04d}", "address": f"安阳市文峰区中华路{order}号", **more,
    }  # fmt: skip


def firm(name: str, order: int, representative: str, **more: Any) -> dict[str, Any]:
    """Return the application of an organisation."""
    body = f"91410500MA9T{order:05d}"
    return {
        "applicant_kind": "organisation", "applicant_name": name, "id_kind": "uscc",
        "id_no": body + check_character(body), "legal_representative": representative, "phone": f"1390000{order:04d}",
        "address": f"安阳市北关区人民大道{order}号", **more,
    }  # fmt: skip


WANG = person("王建国", "19900307", 1)
ZHAO = person("赵雨桐", "19870915", 24)
CHEN = person("陈桂英", "19530112", 46)
LIU = person("刘洋", "19960630", 31)
SUN = person("孙丽华", "19791204", 62)
LONG = person(LONG_PERSON, "19850512", 15)
CANTEEN = firm("安阳殷商餐饮有限公司", 11, "李秀兰")
TEA = firm("安阳洹水茶社有限公司", 12, "周伯通")
HOTEL = firm("安阳洹滨快捷酒店有限公司", 13, "吴国庆")
SIGNS = firm("河南晨光广告有限公司", 14, "郑晓明")
BOOKS = firm("安阳博雅图书有限公司", 15, "何文静")
CARRIER = firm("安阳顺达货运有限公司", 16, "马志强")
CHAIN = firm(LONG_FIRM, 17, "欧阳慧敏")
