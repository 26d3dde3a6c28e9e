"""``policy show|set|confirm|decline|drop``: the figures that the standard leaves open, from the command line (T117)."""

from __future__ import annotations

import argparse
from typing import Any

from engine.door import Door
from engine.foundation.clock import utc_text
from engine.foundation.store.unit import Actor
from engine.oversight.publishing.figures import effect_of
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies import queries
from engine.registry.policies.commands import ConfirmPolicy, DeclinePolicy, DraftPolicy, DropPolicy
from engine.registry.policies.queries import PolicyVersion
from engine.registry.policies.rules import CLASSES, bounds_said, figure_named, is_made_up, read_value, said
from engine.registry.policies.shipped import BY_KEY
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR


def add_verbs(verbs: Verbs) -> None:
    """Add ``policy``."""
    group = verbs.add_parser("policy", help="参数：标准没有给出的数值").add_subparsers(
        dest="what", required=True, metavar="VERB"
    )
    show = group.add_parser("show", help="列出各项数值和等待确认的草案；写明一项则列出其历史")
    show.add_argument("key", nargs="?", metavar="KEY", help="参数的标识，如 delivery")
    show.set_defaults(run=show_policies)
    change = group.add_parser("set", help="起草一项调整，须经另一人确认")
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE", help="数值；时刻写作 8:30")
    change.add_argument("--source", default="", metavar="TEXT", help="来源：本中心文件的名称或者文号")
    change.add_argument("--reason", required=True, metavar="TEXT", help="理由")
    change.add_argument("--effective", default="", metavar="DAY", help="生效日期，如 2026-07-01；不写为确认后立即")
    change.set_defaults(run=set_policy)
    drop = group.add_parser("drop", help="作废草案")
    drop.set_defaults(run=drop_policy)
    change.add_argument("--account", metavar="A", help="以哪个账号起草；不写则为命令行操作员")
    drop.add_argument("--account", metavar="A", help="以哪个账号作废；不写则为命令行操作员")
    confirm = group.add_parser("confirm", help="由另一人确认草案")
    confirm.set_defaults(run=confirm_policy)
    decline = group.add_parser("decline", help="不同意草案")
    decline.set_defaults(run=decline_policy)
    for verb in (confirm, decline):
        verb.add_argument("--account", required=True, metavar="B", help="以哪个账号，须不是起草的人")
    for verb in (drop, confirm, decline):
        verb.add_argument("draft", type=int, metavar="ID")
    for verb in (show, change, drop, confirm, decline):
        verb.add_argument("--json", action="store_true", help="输出 JSON")


def show_policies(chosen: argparse.Namespace) -> int:
    """Print every figure and the drafts that wait; of one figure also its history."""
    wanted = BY_KEY if chosen.key is None else {chosen.key: figure_named(chosen.key)}
    with house_of(chosen).read(SYSTEM) as view:
        kept = {one.key: one for one in queries.policies(view.connection) if one.key in wanted}
        versions = queries.versions_of(view.connection, chosen.key)
        drafts = queries.drafts(view.connection, key=chosen.key)
    held = {one.key: one.version for one in reversed(versions) if one.taken}
    rows: list[dict[str, Any]] = [
        {
            "key": key, "value": kept[key].value, "unit": one.unit, "said": said(kept[key].value, one.unit),
            "title": one.title, "class": one.kind, "source": kept[key].source, "least": one.least, "most": one.most,
            "made_up": is_made_up(kept[key].source, held.get(key, queries.FIRST)), "pinned": one.pinned,
        }
        for key, one in wanted.items() if key in kept
    ]  # fmt: skip
    if chosen.json:
        body: dict[str, Any] = {"figures": rows, "drafts": [{"draft": one.id, "key": one.key} for one in drafts]}
        history = {} if chosen.key is None else {"versions": [_version(one) for one in versions]}
        print_json({**body, **history})
        return 0
    for row in rows:
        mark = "，拟" if row["made_up"] else ""
        print(f"{row['key']} {row['title']}：{row['said']}（{CLASSES[row['class']]}{mark}；{row['source']}）")
    if chosen.key is not None:
        print(f"可调范围：{bounds_said(wanted[chosen.key])}")
        for one in versions:
            print(f"第 {one.version} 版 {said(one.value, wanted[one.key].unit)}（{one.source}，{one.reason}）")
    for draft in drafts:
        print(
            f"草案 {draft.id}：{draft.key} 改为{said(draft.value, BY_KEY[draft.key].unit)}（{draft.drafted_name}起草）"
        )
    return 0


def set_policy(chosen: argparse.Namespace) -> int:
    """Draft a change and print what it would do."""
    door = house_of(chosen)
    figure = figure_named(chosen.key)
    command = DraftPolicy(
        key=chosen.key, value=read_value(figure, chosen.value), source=chosen.source, reason=chosen.reason,
        effective=chosen.effective,
    )  # fmt: skip
    id = int(door.execute(command, _actor(door, chosen.account), key=fresh_key("policy"))["draft"])
    with door.read(SYSTEM) as view:
        draft = queries.draft_of(view.connection, id)
        effect = effect_of(view, draft)
    if chosen.json:
        items = [code for code, _ in effect.items]
        print_json({"draft": id, "base_version": draft.base_version, "items": items, "running": effect.running})
        return 0
    print(f"草案 {id}：{figure.title}改为{said(draft.value, figure.unit)}")
    if effect.pinned:
        print(f"此后收的件：{len(effect.items)} 个事项改用新数值；在办 {effect.running} 件不变")
    print(f"请另一人确认：policy confirm {id} --account …")
    return 0


def confirm_policy(chosen: argparse.Namespace) -> int:
    """Put a draft in force as another person."""
    door = house_of(chosen)
    with door.read(SYSTEM) as view:
        base = queries.newest_version(view.connection, queries.draft_of(view.connection, chosen.draft).key)
    command = ConfirmPolicy(draft_id=chosen.draft, base_version=base)
    outcome = door.execute(command, _actor(door, chosen.account), key=fresh_key("policy"))
    if chosen.json:
        print_json(dict(outcome))
    else:
        print(f"{outcome['key']} 第 {outcome['version']} 版已确认，{outcome['items']} 个事项改用新数值")
    return 0


def decline_policy(chosen: argparse.Namespace) -> int:
    """Send a draft back for good."""
    return _ended(chosen, DeclinePolicy(draft_id=chosen.draft))


def drop_policy(chosen: argparse.Namespace) -> int:
    """Drop a draft."""
    return _ended(chosen, DropPolicy(draft_id=chosen.draft))


def _ended(chosen: argparse.Namespace, command: DropPolicy | DeclinePolicy) -> int:
    door = house_of(chosen)
    door.execute(command, _actor(door, chosen.account), key=fresh_key("policy"))
    if chosen.json:
        print_json({"draft": chosen.draft, "state": "dropped"})
    else:
        print(f"已作废参数草案 {chosen.draft}")
    return 0


def _version(one: PolicyVersion) -> dict[str, Any]:
    return {
        "version": one.version, "value": one.value, "source": one.source, "reason": one.reason,
        "drafted_by": one.drafted_by, "confirmed_by": one.confirmed_by, "effective_at": utc_text(one.effective_at),
        "taken": one.taken,
    }  # fmt: skip


def _actor(door: Door, account: str | None) -> Actor:
    if account is None:
        return OPERATOR
    with door.read(SYSTEM) as view:
        return actor_of(view.connection, account, view.now, channel="cli")
