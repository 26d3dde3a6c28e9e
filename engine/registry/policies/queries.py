"""Reading policies."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_if_missing, insert_or_update
from engine.foundation.store.unit import Unit
from engine.registry.policies.tables import policy


class PolicyUnknown(NotFound):
    """没有设置“{key}”这一项，请由系统管理员在参数表中补充。"""

    code = "POLICY_UNKNOWN"


@dataclass(frozen=True)
class Policy:
    """One figure that the standard leaves to the centre."""

    key: str
    value: int
    unit: str
    title: str
    source: str


DEFAULTS = (
    Policy("correction_notice", 5, "wd", "一次告知补正的期限", "行政许可法第三十二条（四）"),
    Policy("commitment_reminder", 1, "wd", "承诺期限届满前的提示提前量", "电子监察通行做法：到期前1个工作日"),
    Policy("delivery", 10, "wd", "送达期限", "行政许可法第四十四条"),
    Policy("rejection_review", 5, "wd", "复核不予收件（受理）结论的期限", "本中心默认（拟）"),
    Policy("rejection_review_ask", 60, "cd", "申请复核的期限", "本中心默认（拟），比照行政复议申请期限"),
    Policy("offline_limit", 10, "wd", "停机期间纸质收件的补录时限", "本中心拟定：超过两周的纸质登记须另行报批"),
    Policy("first_contact", 1, "wd", "首问登记未办结的催办时限", "首问负责（4.1.7）；时限由本中心拟定"),
    Policy("consult", 1, "wd", "窗口咨询部门的答复时限", "12345热线办理规程：咨询即时或1个工作日答复"),
    Policy("message_retention", 365, "cd", "内部消息的保存时间", "本中心拟定：满一年清理"),
    Policy("takeover_days", 730, "cd", "以往办件电子材料可沿用的时限", "本中心拟定：两年内的电子材料"),
    Policy("uncollected", 15, "wd", "结果无人领取的催领期限", "拟：标准未规定，自综合窗口签收结果起"),
    Policy("uncollected_repeat", 7, "cd", "再次催领的间隔", "拟：标准未规定"),
    Policy("uncollected_times", 3, "n", "系统催领的次数", "拟：标准未规定"),
    Policy("shipping_inquiry", 7, "cd", "寄递久未签收的查询期限", "拟：标准未规定，按快递服务常见时限"),
    Policy("unread", 3, "wd", "电子送达未查收的提醒间隔", "拟：标准未规定"),
    Policy("unread_times", 2, "n", "电子送达提醒的次数", "拟：标准未规定"),
    Policy("upload_files_day", 1000, "n", "每人每天上传文件的个数上限", "拟：综合窗口每人每天约60件、每件约15个文件"),
    Policy("upload_megabytes_day", 4000, "n", "每人每天上传文件的总量上限（MB）", "拟：按每件约60MB估算"),
)
"""What a new installation starts with."""

CLOCK_SHIFT = "demo_clock_shift"


def policy_named(connection: Connection, key: str) -> Policy:
    """Return the policy ``key``; raise :class:`PolicyUnknown`."""
    row = connection.execute(sa.select(policy).where(policy.c.key == key)).one_or_none()
    if row is None:
        raise PolicyUnknown(key=key)
    return Policy(*row)


def policies(connection: Connection) -> list[Policy]:
    """Return all policies."""
    return [
        Policy(*row) for row in connection.execute(sa.select(policy).where(policy.c.unit != "s").order_by(policy.c.key))
    ]


def clock_shift(connection: Connection) -> int:
    """Return by how many seconds the demonstration's clock runs ahead of the machine's."""
    found = connection.execute(sa.select(policy.c.value).where(policy.c.key == CLOCK_SHIFT)).scalar_one_or_none()
    return int(found or 0)


def set_clock_shift(unit: Unit, seconds: int) -> None:
    """Set the shift and tell every host."""
    values = Policy(CLOCK_SHIFT, seconds, "s", "演示时间偏移", "仅用于演示")
    insert_or_update(unit.connection, policy, vars(values), ["key"])
    unit.raise_epoch("clock")


def put_defaults(connection: Connection) -> None:
    """Insert the defaults that are not set yet."""
    for default in DEFAULTS:
        insert_if_missing(connection, policy, vars(default))
