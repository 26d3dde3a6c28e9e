"""What a rule of a ladder says, what is refused of one, and how it reads in words: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from deadlines.law.rungs import LEVELS, Level, Rung, When, WhenKind
from engine.process.clocks.rules import KINDS, LADDERED, TITLES
from engine.registry.identity.rules import ACTIONS, ROLES

HOLDER: Final = "holder"
"""Whoever has an open task of the case in hand; where nobody has, the post in whose list it lies."""

CENTRE: Final = "center"
"""The ladder of the centre, as opposed to that of a release (which is named by its id)."""

LEVEL_NAMES: Mapping[str, str] = {"blue": "蓝色提示", "yellow": "黄牌", "red": "红牌", "black": "督办"}
ACTION_NAMES: Mapping[str, str] = {
    "remind": "告知", "copy": "抄送", "reassign": "收回重派", "card": "发牌", "order": "督办"
}  # fmt: skip
PARTIES: Mapping[str, str] = {"department": "办理部门", "center": "中心"}
WHEN_UNITS: Mapping[str, str] = {"before": "wd", "used": "percent", "due": "", "after": "wd"}
"""The unit of the number in a rule's time: working days, per cent of the limit, or none."""

TELLING = frozenset({"remind", "copy"})
MOST_DAYS: Final = 60
MOST_RULES: Final = 12

_SEES = frozenset(ACTIONS["case.see"])
_OF_DEPARTMENT = frozenset({"dept_reviewer", "dept_head", "dept_archivist", "lead_coordinator"})
_NUMBER = re.compile(r"[A-Z][A-Z0-9-]{1,29}")
_FIELDS = frozenset({"rule_no", "level", "when", "who", "actions", "card_party", "source"})
_WHEN_FIELDS = frozenset({"kind", "n"})


@dataclass(frozen=True)
class Rule:
    """One rule of a ladder: at ``when``, do ``actions`` and tell ``who`` (roles, or :data:`HOLDER`).

    ``version`` counts the centre's changes of the kind's ladder; ``ladder`` is :data:`CENTRE` or the id of a release.
    ``since`` (UTC) is when the rule came in force; it does not touch what lay before.
    """

    clock_kind: str
    rule_no: str
    level: Level
    when: When
    who: tuple[str, ...]
    actions: tuple[str, ...]
    card_party: str | None
    source: str
    version: int = 1
    ladder: str = CENTRE
    since: datetime | None = None

    @property
    def rung(self) -> Rung:
        """The rule as the law of time sees it."""
        return Rung(self.rule_no, self.level, self.when)

    @property
    def late(self) -> bool:
        """Whether it says that the limit has passed."""
        return self.when.kind == "after"


def place_of(role: str) -> str:
    """Return where a told role sits: ``department`` for the case's own department, or ``center``."""
    return "department" if role in _OF_DEPARTMENT else "center"


def sees_cases(role: str) -> bool:
    """Tell whether the people of a role may see cases at all; nobody else is reminded of one."""
    return role in _SEES


def body_of(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON, as a file or a release has it."""
    return {
        "rule_no": rule.rule_no, "level": rule.level, "when": {"kind": rule.when.kind, "n": rule.when.n},
        "who": list(rule.who), "actions": list(rule.actions), "card_party": rule.card_party, "source": rule.source,
    }  # fmt: skip


def rule_from(kind: str, body: Mapping[str, Any], *, version: int = 1, ladder: str = CENTRE) -> Rule:
    """Return the rule of a ``body`` in which :func:`problems` found nothing."""
    when = body["when"]
    return Rule(
        kind, body["rule_no"], cast(Level, body["level"]), When(cast(WhenKind, when["kind"]), when.get("n", 0)),
        tuple(body.get("who", ())), tuple(body["actions"]), body.get("card_party"), body.get("source", ""),
        version, ladder,
    )  # fmt: skip


def problems(kind: str, bodies: object, *, limit: int | None = None) -> list[str]:
    """Return in Chinese everything that is wrong with a ladder for ``kind``; empty when it can be used.

    ``limit`` is the clock's days where they are known: a rule earlier than that can never come.  Every sentence names
    the rule and its clause (4.1.8 时限监察; GB/T 39046 表 11 监察规则编号、预警类型).
    """
    if kind not in LADDERED:
        return [f"“{kind}”不是可以设升级规则的时限（4.1.8），可选：{'、'.join(sorted(LADDERED))}。"]
    if not isinstance(bodies, list) or len(bodies) > MOST_RULES:
        return [f"{TITLES[kind]}的升级规则应是一个列表，最多 {MOST_RULES} 条（4.1.8）。"]
    found = [problem for place, body in enumerate(bodies, 1) for problem in _of_rule(kind, place, body, limit)]
    numbers = [body.get("rule_no") for body in bodies if isinstance(body, Mapping)]
    twice = sorted({str(one) for one in numbers if numbers.count(one) > 1})
    name = f"{TITLES[kind]}的监察规则编号"
    return found + [f"{name}“{one}”用了两次（GB/T 39046 表 11），请改成不同的编号。" for one in twice]


def _of_rule(kind: str, place: int, body: object, limit: int | None) -> Iterator[str]:
    if not isinstance(body, Mapping):
        yield f"{TITLES[kind]}第 {place} 条规则应是一组字段（4.1.8）。"
        return
    name = f"{TITLES[kind]}规则“{body.get('rule_no', place)}”"
    unknown = sorted(str(key) for key in body if key not in _FIELDS)
    if unknown:
        yield f"{name}有不认识的字段：{'、'.join(unknown)}（4.1.8）。"
    if not isinstance(body.get("rule_no"), str) or not _NUMBER.fullmatch(body["rule_no"]):
        yield f"{name}的监察规则编号应为大写字母开头的字母、数字和短横，如 EM-NEAR（GB/T 39046 表 11）。"
    if body.get("level") not in LEVELS:
        yield f"{name}的预警级别应为 {'、'.join(LEVELS)} 之一（GB/T 39046 表 11）。"
    yield from (f"{name}{problem}" for problem in _of_when(kind, body.get("when"), limit))
    yield from (f"{name}{problem}" for problem in _of_actions(body))
    source = body.get("source")
    if not isinstance(source, str) or not 1 <= len(source.strip()) <= 120:
        yield f"{name}没有写明依据（120 字以内；自拟的注明“拟”）（4.1.8）。"


def _of_when(kind: str, when: object, limit: int | None) -> Iterator[str]:
    if not isinstance(when, Mapping) or when.get("kind") not in WHEN_UNITS or set(when) - _WHEN_FIELDS:
        yield f"没有写明时间，应为 {'、'.join(WHEN_UNITS)} 之一（4.1.8）。"
        return
    named, n = when["kind"], when.get("n", 0)
    least, most = {"before": (1, MOST_DAYS), "used": (1, 100), "due": (0, 0), "after": (0, MOST_DAYS)}[named]
    if isinstance(n, bool) or not isinstance(n, int) or not least <= n <= most:
        yield f"的时间不可能：数字应为 {least} 至 {most} 之间的整数（4.1.8）。"
    elif named == "before" and limit is not None and n >= limit:
        yield f"的时间不可能：期限只有 {limit} 日，不能在到期前 {n} 个工作日提示（6.2.1）。"
    if KINDS[kind].hours and named != "after":
        yield "的时间不可能：按工作小时计算的时限只能设到期以后的规则（6.2.1）。"
    if KINDS[kind].boundary and named == "after":
        yield "的时间不可能：该期限届满由流程自行处理，只能设届满以前的规则（行政许可法第三十二条）。"


def _of_actions(body: Mapping[str, Any]) -> Iterator[str]:
    who, actions = body.get("who", []), body.get("actions", [])
    if not _texts(actions) or not actions or set(actions) - ACTION_NAMES.keys():
        yield f"的动作应为 {'、'.join(ACTION_NAMES)} 中的一个或者几个（4.1.8）。"
        return
    if not _texts(who):
        yield "的告知对象应是岗位的列表（4.1.8）。"
        return
    for role in who:
        if role != HOLDER and role not in ROLES:
            yield f"的告知对象“{role}”不是岗位（4.2），请填写岗位代码或者 holder（办理人）。"
        elif role != HOLDER and not sees_cases(role):
            yield f"的告知对象“{ROLES[role]}”无权查看办件（4.1.6），不能告知。"
    if not who and set(actions) & TELLING:
        yield "没有写明告知哪个岗位（4.1.8）。"
    if set(actions) >= TELLING:
        yield "不能既告知又抄送同一些岗位（4.1.8），请分成两条规则。"
    yield from _of_card(body, actions)


def _of_card(body: Mapping[str, Any], actions: Sequence[str]) -> Iterator[str]:
    party = body.get("card_party")
    if "card" in actions and party not in PARTIES:
        yield "要发牌而没有写明对象，应为 department（办理部门）或者 center（中心）（4.1.8）。"
    if "card" in actions and body.get("level") == "blue":
        yield "是蓝色提示，不发牌（GB/T 39046 表 11）。"
    if "card" not in actions and party is not None:
        yield "不发牌，不应写发牌对象（4.1.8）。"


def _texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) for one in values) and len(values) == len(set(values))


def when_text(when: When) -> str:
    """Return the time of a rule in words."""
    if when.kind == "before":
        return f"到期前{when.n}个工作日"
    if when.kind == "used":
        return f"已用满期限的{when.n}%"
    if when.kind == "due":
        return "到期日当天"
    return f"超期{when.n}个工作日" if when.n else "超期"


def who_text(who: Iterable[str]) -> str:
    """Return the told in words."""
    return "、".join("办理人" if one == HOLDER else ROLES[one] for one in who)


def rule_text(rule: Rule) -> str:
    """Return a rule in words: ``到期前1个工作日 · 黄牌 · 告知办理人、监察员``."""
    said = []
    for action in rule.actions:
        if action in TELLING:
            said.append(f"{ACTION_NAMES[action]}{who_text(rule.who)}")
        elif action == "card":
            said.append(f"向{PARTIES[str(rule.card_party)]}发牌")
        else:
            said.append({"reassign": "收回重派，告知业务负责人", "order": "督办，告知监察员"}[action])
    return " · ".join((when_text(rule.when), LEVEL_NAMES[rule.level], *said))


def in_force(rules: Sequence[Rule], at: datetime, rule_no: str) -> bool:
    """Tell whether the rule was in force already at the instant ``at`` (UTC) for which its step is due."""
    since = next(rule.since for rule in rules if rule.rule_no == rule_no)
    return since is None or since <= at


# What the house starts with ---------------------------------------------------------------------------------------

_EM = "电子监察通行做法：到期前1个工作日提示"
_NEAR = ("holder", "supervisor")
_DEPARTMENT = ("dept_reviewer", "dept_head", "supervisor")
_WINDOW = ("window_clerk", "supervisor")
_BOTH = ("window_clerk", "dept_reviewer", "supervisor")


def _near(kind: str, *, card: bool = False) -> Rule:
    actions, party = (("remind", "card"), "department") if card else (("remind",), None)
    return Rule(kind, "EM-NEAR", "yellow" if card else "blue", When("before", 1), _NEAR, actions, party, _EM)


def _over(kind: str, who: tuple[str, ...], level: Level, party: str | None) -> Rule:
    actions = ("remind",) if party is None else ("remind", "card")
    source = "DB4105/T 229 6.2.1；牌级按电子监察通行做法，拟"
    return Rule(kind, "EM-OVERDUE", level, When("after", 0), who, actions, party, source)


def _late_branch() -> Rule:
    source = "DB4105/T 229 6.2.2；牌级按电子监察通行做法，拟"
    who = ("holder", "lead_coordinator", "dept_reviewer", "supervisor")
    return Rule("branch", "EM-OVERDUE", "yellow", When("after", 0), who, ("remind", "card"), "department", source)


def _order(kind: str) -> Rule:
    source = "超期3个工作日督办：拟"
    return Rule(kind, "EM-ORDER", "black", When("after", 3), ("center_head",), ("copy", "order"), None, source)


SEED: tuple[Rule, ...] = (
    _near("commitment", card=True), _over("commitment", _DEPARTMENT, "red", "department"), _order("commitment"),
    _over("statutory", _DEPARTMENT, "red", "department"), _order("statutory"),
    _over("first_review", _DEPARTMENT, "red", "department"), _order("first_review"),
    _over("stage", _DEPARTMENT, "yellow", "department"),
    _near("branch"), _late_branch(), _order("branch"),
    _over("delivery", ("issue_clerk", "supervisor"), "red", "center"),
    _over("confirm_correction", ("dept_head", "supervisor"), "yellow", "department"),
    _over("hand_over", _BOTH, "yellow", "center"),
    _over("online_feedback", _WINDOW, "yellow", "center"),
    _near("correction_limit"),
    _near("deficiency"), _over("deficiency", _BOTH, "blue", None),
    _near("commit_check"), _over("commit_check", _DEPARTMENT, "yellow", "department"),
    _near("special_procedure"), _over("special_procedure", _DEPARTMENT, "blue", None),
    _over("relay", _DEPARTMENT, "yellow", "department"),
    _over("report_up", _DEPARTMENT, "yellow", "department"),
    _over("archive", ("dept_archivist", "dept_head", "supervisor"), "blue", None),
    _near("rejection_review"), _over("rejection_review", _DEPARTMENT, "yellow", "department"),
)  # fmt: skip
"""The centre's ladder of a new house (电子监察 4.1.8, 6.2.1); 拟 marks what the house has made up."""
