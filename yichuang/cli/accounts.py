"""``token issue`` and ``account create|reset|disable|enable|grant|revoke|list|show|unlock|sessions|second-factor``."""

from __future__ import annotations

import argparse
import getpass
import json
import secrets
import sys
from datetime import timedelta

from engine.door import Door
from engine.foundation.clock import CITY, SystemClock, utc_text
from engine.foundation.vault import token_hash
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole, UnlockAccount
from engine.registry.identity.accounts.queries import AccountFile, Asked, Mandate, account_file, listed
from engine.registry.identity.accounts.rules import STATES
from engine.registry.identity.commands import CreateAccount, IssueToken, ResetPassword, SetAccountState
from engine.registry.identity.factor.commands import ResetFactor
from engine.registry.identity.factor.queries import factor_of
from engine.registry.identity.passwords import chosen_hash
from engine.registry.identity.rules import ROLES, SYSTEM
from engine.registry.identity.sessions.commands import EndSessions
from engine.registry.identity.sessions.queries import addresses_of, sessions_of
from engine.registry.policies.queries import figure
from processes import library
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.cli.parsing import whole
from yichuang.house import OPERATOR

TOKEN_DAYS = 90
MOST_DAYS = 3650
MOST_LISTED = 10_000

_CREATE = """\
建立账号。口令从标准输入读取（管道的第一行），是初始口令：本人首次登录时须修改。

正式运行的数据中没有任何账号。先建立两名安全管理员（互相管理，谁也不能改自己的岗位），其余账号
由安全管理员在“账号”页面建立：
  ./run yichuang --data 数据目录 account create --account anquan1 --name 姓名 --role sec_admin
  ./run yichuang --data 数据目录 account create --account anquan2 --name 姓名 --role sec_admin
管理员和业务负责人登录后还须启用第二因素（手机验证器）。
岗位写作 岗位@部门，中心的岗位可省略部门，如 window_clerk、dept_head@market；同一自然人不得兼任
系统、安全、审计管理员，管理员不兼其他岗位。
"""


def add_verbs(verbs: Verbs) -> None:
    """Add ``token`` and ``account``."""
    tokens = verbs.add_parser("token", help="接口令牌").add_subparsers(dest="what", required=True, metavar="VERB")
    issue = tokens.add_parser("issue", help="为账号签发接口令牌；令牌是输出的最后一个词")
    issue.add_argument("--account", required=True)
    issue.add_argument(
        "--days", type=whole(1, MOST_DAYS), default=TOKEN_DAYS, help=f"有效天数（自然日），默认 {TOKEN_DAYS}"
    )
    issue.set_defaults(run=issue_token)
    group = verbs.add_parser("account", help="账号").add_subparsers(dest="what", required=True, metavar="VERB")
    create = group.add_parser(
        "create", help="建立账号；口令从标准输入读取", description=_CREATE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    create.add_argument("--account", required=True)
    create.add_argument("--name", required=True, help="姓名")
    create.add_argument("--person", default=None, help="自然人编号，默认与账号相同；同一人的多个账号用同一编号")
    create.add_argument("--role", action="append", required=True, metavar="ROLE@DEPARTMENT", help="岗位，可多次")
    _add_days(create)
    create.set_defaults(run=create_account)
    for verb, run, said in (
        ("reset", reset_password, "重置口令；新口令从标准输入读取，本人登录后须修改"),
        ("disable", disable_account, "停用账号，立即结束其会话与令牌"),
        ("enable", enable_account, "启用停用的账号"),
        ("unlock", unlock_account, "解除登录暂停"),
        ("show", show_account, "显示一个账号（JSON）"),
    ):
        one = group.add_parser(verb, help=said)
        one.add_argument("--account", required=True)
        one.set_defaults(run=run)
    for verb, change, said in (("grant", grant_role, "授予岗位，或改结束日期"), ("revoke", revoke_role, "收回岗位")):
        one = group.add_parser(verb, help=said)
        one.add_argument("--account", required=True)
        one.add_argument("--role", required=True, metavar="ROLE@DEPARTMENT")
        if verb == "grant":
            _add_days(one)
        one.set_defaults(run=change)
    _add_lists(group)


def _add_days(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="from_day", default="", metavar="YYYY-MM-DD", help="开始日期，默认立即")
    parser.add_argument("--until", dest="until_day", default="", metavar="YYYY-MM-DD", help="结束日期，当日仍有效")


def _add_lists(group: Verbs) -> None:
    every = group.add_parser("list", help="列出账号")
    every.add_argument("--department", default="", choices=["", *library.departments()], metavar="DEPARTMENT")
    every.add_argument("--role", default="", choices=["", *ROLES], metavar="ROLE")
    every.add_argument("--state", default="", choices=["", *STATES])
    every.add_argument("--paused", action="store_true", help="只列登录暂停的")
    every.add_argument("--json", action="store_true")
    every.set_defaults(run=list_accounts)
    open_ones = group.add_parser("sessions", help="列出账号的会话，或结束会话")
    open_ones.add_argument("--account", required=True)
    open_ones.add_argument("--end", default=None, metavar="HANDLE", help="结束一个会话（第一栏），或 all 全部")
    open_ones.set_defaults(run=sessions)
    factor = group.add_parser("second-factor", help="第二因素")
    acts = factor.add_subparsers(dest="act", required=True, metavar="VERB")
    reset = acts.add_parser("reset", help="重置第二因素：本人遗失手机和恢复码时，先核实身份")
    reset.add_argument("--account", required=True)
    reset.set_defaults(run=reset_factor)


def issue_token(chosen: argparse.Namespace) -> int:
    """Issue a token and print it as the last word."""
    door = house_of(chosen, new=True)
    token = f"yc_{secrets.token_urlsafe(32)}"
    # A token ends by the machine's clock, also while the demonstration's is ahead of it.
    ends_at = utc_text(SystemClock().now() + timedelta(days=chosen.days))
    command = IssueToken(account=chosen.account, token_hash=token_hash(token), ends_at=ends_at)
    door.execute(command, OPERATOR, key=fresh_key("token"))
    print(f"账号 {chosen.account} 的接口令牌（仅显示这一次，{chosen.days} 日内有效）： {token}")
    return 0


def create_account(chosen: argparse.Namespace) -> int:
    """Create an account with its roles."""
    door = house_of(chosen, new=True)
    command = CreateAccount(
        account=chosen.account, person=chosen.person or f"person-{chosen.account}", name=chosen.name,
        password_hash=_hash_of_password(door, chosen.account, chosen.name),
        grants=tuple(map(_place, chosen.role)), from_day=chosen.from_day, until_day=chosen.until_day,
    )  # fmt: skip
    door.execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已建立账号 {chosen.account}")
    return 0


def reset_password(chosen: argparse.Namespace) -> int:
    """Replace an account's password by an initial one."""
    door = house_of(chosen)
    command = ResetPassword(account=chosen.account, password_hash=_hash_of_password(door, chosen.account, ""))
    door.execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已重置账号 {chosen.account} 的口令，其会话已全部结束")
    return 0


def disable_account(chosen: argparse.Namespace) -> int:
    """Disable an account."""
    command = SetAccountState(account=chosen.account, state="disabled")
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已停用账号 {chosen.account}")
    return 0


def enable_account(chosen: argparse.Namespace) -> int:
    """Activate an account again."""
    command = SetAccountState(account=chosen.account, state="active")
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已启用账号 {chosen.account}")
    return 0


def unlock_account(chosen: argparse.Namespace) -> int:
    """Let every address try again at once."""
    house_of(chosen).execute(UnlockAccount(account=chosen.account), OPERATOR, key=fresh_key("account"))
    print(f"已解除账号 {chosen.account} 的登录暂停")
    return 0


def grant_role(chosen: argparse.Namespace) -> int:
    """Give a role, or move its end."""
    role, department = _place(chosen.role)
    command = GrantRole(
        account=chosen.account, role=role, department=department, from_day=chosen.from_day, until_day=chosen.until_day
    )
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已授予账号 {chosen.account} 岗位 {role}@{department}")
    return 0


def revoke_role(chosen: argparse.Namespace) -> int:
    """Take a role back."""
    role, department = _place(chosen.role)
    command = RevokeRole(account=chosen.account, role=role, department=department)
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已收回账号 {chosen.account} 的岗位 {role}@{department}")
    return 0


def reset_factor(chosen: argparse.Namespace) -> int:
    """Remove a second factor that was lost."""
    house_of(chosen).execute(ResetFactor(account=chosen.account), OPERATOR, key=fresh_key("account"))
    print(f"已重置账号 {chosen.account} 的第二因素，其会话已全部结束")
    return 0


def list_accounts(chosen: argparse.Namespace) -> int:
    """List the accounts, one a line, or as JSON."""
    door, machine_now = house_of(chosen), SystemClock().now()
    asked = Asked(department=chosen.department, role=chosen.role, state=chosen.state, paused=chosen.paused)
    with door.read(SYSTEM) as view:
        now = view.now
        rows, _ = listed(view.connection, asked, now=now, machine_now=machine_now, offset=0, limit=MOST_LISTED)
    told = [
        {
            "account": row.id, "name": row.name, "state": row.state, "second_factor": row.factor,
            "paused": row.paused_until is not None,
            "signed_in_at": utc_text(row.signed_in_at) if row.signed_in_at else "",
            "roles": [f"{one.role}@{one.department}" for one in row.mandates if not one.over(now)],
        }
        for row in rows
    ]  # fmt: skip
    if chosen.json:
        print_json(told)
    for one in [] if chosen.json else told:
        roles = "、".join(map(str, one["roles"] if isinstance(one["roles"], list) else ()))
        print(one["account"], one["name"], STATES[str(one["state"])], roles or "没有岗位", sep="\t")
    return 0


def show_account(chosen: argparse.Namespace) -> int:
    """Show one account as JSON."""
    with house_of(chosen).read(SYSTEM) as view:
        file = account_file(view.connection, chosen.account)
        factor = factor_of(view.connection, file.id)
        body = {
            **_told(file),
            "roles": [_told_mandate(one) for one in file.mandates],
            "second_factor": factor is not None,
            "recovery_codes_left": factor.codes_left if factor else 0,
            "addresses": [one.address for one in addresses_of(view.connection, file.id)],
        }
    print(json.dumps(body, ensure_ascii=False, indent=1))
    return 0


def sessions(chosen: argparse.Namespace) -> int:
    """List an account's sessions, or end one or all of them."""
    door = house_of(chosen)
    if chosen.end is not None:
        handle = "" if chosen.end == "all" else chosen.end
        outcome = door.execute(EndSessions(account=chosen.account, handle=handle), OPERATOR, key=fresh_key("account"))
        print(f"已结束账号 {chosen.account} 的会话 {outcome['ended']} 个")
        return 0
    with door.read(SYSTEM) as view:
        account_file(view.connection, chosen.account)
        idle = timedelta(minutes=figure(view.connection, "session_idle"))
        rows = sessions_of(view.connection, chosen.account, machine_now=SystemClock().now(), idle=idle)
    for row in rows:
        seen = row.seen_at.astimezone(CITY).strftime("%Y-%m-%d %H:%M")
        print(row.handle, row.address or "-", row.agent or "-", f"最近使用 {seen}", sep="\t")
    return 0


def _told(file: AccountFile) -> dict[str, object]:
    return {
        "account": file.id, "person": file.person, "name": file.name, "state": file.state, "demo": file.demo,
        "created_at": utc_text(file.created_at), "password_at": utc_text(file.password_at),
        "must_change_password": file.must_change, "failed_since_sign_in": file.failed_since,
        "signed_in_at": utc_text(file.signed_in_at) if file.signed_in_at else "",
        "signed_in_address": file.signed_in_address, "other_accounts": list(file.others),
    }  # fmt: skip


def _told_mandate(one: Mandate) -> dict[str, str]:
    until = utc_text(one.valid_until) if one.valid_until else ""
    return {"role": one.role, "department": one.department, "from": utc_text(one.valid_from), "until": until}


def _place(text: str) -> tuple[str, str]:
    role, _, place = text.partition("@")
    return role, place or "center"


def _hash_of_password(door: Door, account: str, name: str) -> str:
    """Read a password and return its hash; raise PasswordWeak."""
    with door.read(SYSTEM) as view:
        least = figure(view.connection, "password_length")
    return chosen_hash(_password(), account=account, name=name, least=least)


def _password() -> str:
    """Read a password without showing it; from a pipe, its first line."""
    return getpass.getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
