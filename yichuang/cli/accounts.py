"""``token issue`` and ``account create|reset|disable``."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from datetime import timedelta

from engine.foundation.clock import SystemClock, utc_text
from engine.foundation.vault import token_hash
from engine.registry.identity.commands import CreateAccount, IssueToken, ResetPassword, SetAccountState
from engine.registry.identity.passwords import hash_password
from yichuang.cli.common import Verbs, fresh_key, house_of
from yichuang.house import OPERATOR

TOKEN_DAYS = 90


def add_verbs(verbs: Verbs) -> None:
    """Add ``token`` and ``account``."""
    tokens = verbs.add_parser("token", help="接口令牌").add_subparsers(dest="what", required=True, metavar="VERB")
    issue = tokens.add_parser("issue", help="为账号签发接口令牌；令牌是输出的最后一个词")
    issue.add_argument("--account", required=True)
    issue.add_argument("--days", type=int, default=TOKEN_DAYS, help=f"有效天数（自然日），默认 {TOKEN_DAYS}")
    issue.set_defaults(run=issue_token)
    accounts = verbs.add_parser("account", help="账号").add_subparsers(dest="what", required=True, metavar="VERB")
    create = accounts.add_parser("create", help="建立账号；口令从标准输入读取")
    create.add_argument("--account", required=True)
    create.add_argument("--name", required=True, help="姓名")
    create.add_argument("--person", default=None, help="自然人编号，默认与账号相同；同一人的多个账号用同一编号")
    create.add_argument("--role", action="append", required=True, metavar="ROLE@DEPARTMENT", help="岗位，可多次")
    create.set_defaults(run=create_account)
    reset = accounts.add_parser("reset", help="重置口令；新口令从标准输入读取")
    reset.add_argument("--account", required=True)
    reset.set_defaults(run=reset_password)
    disable = accounts.add_parser("disable", help="停用账号，立即结束其会话与令牌")
    disable.add_argument("--account", required=True)
    disable.set_defaults(run=disable_account)


def issue_token(chosen: argparse.Namespace) -> int:
    """Issue a token and print it as the last word."""
    door = house_of(chosen)
    token = f"yc_{secrets.token_urlsafe(32)}"
    # A token ends by the machine's clock, also while the demonstration's is ahead of it.
    ends_at = utc_text(SystemClock().now() + timedelta(days=chosen.days))
    command = IssueToken(account=chosen.account, token_hash=token_hash(token), ends_at=ends_at)
    door.execute(command, OPERATOR, key=fresh_key("token"))
    print(f"账号 {chosen.account} 的接口令牌（仅显示这一次，{chosen.days} 日内有效）： {token}")
    return 0


def create_account(chosen: argparse.Namespace) -> int:
    """Create an account with its roles."""
    grants = tuple((role, place or "center") for role, _, place in (text.partition("@") for text in chosen.role))
    command = CreateAccount(
        account=chosen.account, person=chosen.person or f"person-{chosen.account}", name=chosen.name,
        password_hash=hash_password(_password()), grants=grants,
    )  # fmt: skip
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已建立账号 {chosen.account}")
    return 0


def reset_password(chosen: argparse.Namespace) -> int:
    """Replace an account's password."""
    command = ResetPassword(account=chosen.account, password_hash=hash_password(_password()))
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已重置账号 {chosen.account} 的口令，其会话已全部结束")
    return 0


def disable_account(chosen: argparse.Namespace) -> int:
    """Disable an account."""
    command = SetAccountState(account=chosen.account, state="disabled")
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("account"))
    print(f"已停用账号 {chosen.account}")
    return 0


def _password() -> str:
    """Read a password without showing it; from a pipe, its first line."""
    return getpass.getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
