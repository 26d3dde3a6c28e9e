"""三员互斥 (S5), where a role may be held, from when to when, and initial passwords: pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from engine.foundation.clock import city_date, start_of_city_day
from engine.foundation.errors import Forbidden, Invalid, InvalidFields
from engine.registry.identity.rules import AUDITOR, ROLES

ADMINISTRATORS = ("sys_admin", "sec_admin", "audit_admin")
INTEGRATOR = "integrator"
IN_DEPARTMENTS = frozenset({"dept_reviewer", "dept_head", "dept_archivist", "lead_coordinator"})
"""Roles that are held in a department; all others are the centre's, but an auditor's, who may be a department's own."""

STATES = {"active": "启用", "disabled": "停用"}


class AdministratorsApart(Forbidden):
    """按三员互斥规则 S5，{name}任{held}，不能同时任{wanted}（管理员不兼其他岗位）。请由他人担任，或者先收回原岗位。"""

    code = "ADMINISTRATORS_APART"


class IntegratorApart(Forbidden):
    """系统对接的账号属于外部系统，不能与{other}由{name}一人担任。请为外部系统单独建立账号，自然人编号也单独编。"""

    code = "INTEGRATOR_APART"


class OwnAccount(Forbidden):
    """不能管理本人的账号（按自然人认定）。请由另一名安全管理员办理；口令、第二因素和会话可在“我的账号”中办理。"""

    code = "OWN_ACCOUNT"


class WrongPlace(Invalid):
    """{role}应当设在{wanted}，请改选部门后再提交。"""

    code = "WRONG_PLACE"


def refuse_mixed_duties(name: str, held: Iterable[str], wanted: Iterable[str]) -> None:
    """Raise :class:`AdministratorsApart` when a person who holds ``held`` may not be given ``wanted`` (S5, 等保三级).

    Both are role codes, of all accounts of the natural person; who holds nothing may be given one administration or
    any number of business roles.  Raises :class:`IntegratorApart` when an outside system would be somebody who works
    here: nobody brings the word of another body to his own case.
    """
    before, after = sorted(set(held)), sorted(set(wanted))
    everything = {*before, *after}
    if not after or len(everything) < 2:
        return
    if everything.isdisjoint(ADMINISTRATORS):
        if INTEGRATOR in everything:
            other = min(everything - {INTEGRATOR})
            raise IntegratorApart(name=name, other=ROLES[other])
        return
    given = [role for role in after if role not in before] or after
    others = [role for role in (*before, *after) if role != given[-1]]
    raise AdministratorsApart(name=name, held=ROLES[others[0]], wanted=ROLES[given[-1]])


def refuse_wrong_place(role: str, *, in_centre: bool) -> None:
    """Raise :class:`WrongPlace` when ``role`` is not held there; an auditor's is, in the centre and in departments."""
    if role != AUDITOR and in_centre == (role in IN_DEPARTMENTS):
        raise WrongPlace(role=ROLES[role], wanted="业务主管部门" if role in IN_DEPARTMENTS else "政务服务中心")


def validity(from_day: str, until_day: str, now: datetime) -> tuple[datetime, datetime | None]:
    """Return the instants between which a role holds; both days are ISO dates in the city's zone, or empty.

    It begins at once when the first day is empty, today or past, and holds to the end of ``until_day``; an empty one
    means without end.  Raises InvalidFields.
    """
    errors: dict[str, str] = {}
    first, last = _day("from_day", from_day, errors), _day("until_day", until_day, errors)
    today = city_date(now)
    if not errors and last is not None and last < max(today, first or today):
        errors["until_day"] = "结束日期早于今天或者开始日期，请改正。"
    if errors:
        raise InvalidFields(errors)
    begins = start_of_city_day(first) if first is not None and first > today else now
    return begins, None if last is None else start_of_city_day(last + timedelta(days=1))


def _day(name: str, text: str, errors: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        errors[name] = "请填写日期，如 2026-03-02。"
        return None
    if found is not None and not 2000 <= found.year <= 2100:
        errors[name] = "请核对年份。"
    return found


_ACCOUNT = re.compile(r"^[A-Za-z][A-Za-z0-9.-]{1,39}$")
RESERVED = frozenset({"system", "operator"})
"""The house's own hands; nobody may be called as they are in a journal."""


def refuse_bad_names(account: str, name: str) -> None:
    """Raise InvalidFields unless ``account`` can be one and ``name`` a person's."""
    errors = {}
    if not _ACCOUNT.match(account) or account.casefold() in RESERVED:
        errors["account"] = "账号须以字母开头，由 2 至 40 个字母、数字、点、横线组成，且不是系统保留的名称。"
    if not name.strip() or len(name) > 60 or not name.isprintable():
        errors["name"] = "请填写姓名，不超过 60 个字。"
    if errors:
        raise InvalidFields(errors)


_LOWER, _UPPER, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
"""Without letters that are read as others (l, I, 1, O, 0, i, o)."""


def initial_password() -> str:
    """Return a password of three groups that a person can read out and type once: some 53 random bits."""
    kinds = (_UPPER, _LOWER, _LOWER + _UPPER, _DIGITS)
    return "-".join("".join(secrets.choice(kind) for kind in kinds) for _ in range(3))
