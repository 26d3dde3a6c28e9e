"""Reading policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.hosts.queries import is_real
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
    Policy("online_feedback", 1, "wd", "网上、邮寄申请的反馈期限", "6.1.2“限期反馈”，标准未定期限：拟，最长5个工作日"),
    Policy("correction_limit_reminder", 1, "wd", "补正期限届满前的提示提前量", "附录C“尽快补齐补正”：拟"),
    Policy("commitment_reminder", 1, "wd", "承诺期限届满前的提示提前量", "电子监察通行做法：到期前1个工作日"),
    Policy("delivery", 10, "wd", "送达期限", "行政许可法第四十四条"),
    Policy("report_up", 3, "wd", "初审后上报的期限", "联合办理规定通行做法：三个工作日内上报"),
    Policy("relay", 2, "wd", "收到批复后反馈的期限", "联合办理规定通行做法：二个工作日内反馈"),
    Policy("rejection_review", 5, "wd", "复核不予收件（受理）结论的期限", "本中心默认（拟）"),
    Policy("rejection_review_ask", 60, "cd", "申请复核的期限", "本中心默认（拟），比照行政复议申请期限"),
    Policy("pause_rule", 1, "opt", "停表首尾日计数规则（1 首日计，2 都不计，3 尾日计）", "民法典第二百零一条同构，拟"),
    Policy("office_opens", 510, "min", "综合窗口开始办公的时间", "拟：8:30 开始办公"),
    Policy("office_closes", 1050, "min", "综合窗口停止办公的时间", "拟：17:30 停止，中午不休"),
    Policy("hand_over_hours", 4, "wh", "受理后转办的时限", "T026 默认四个工作小时，拟"),
    Policy("confirm_correction_hours", 4, "wh", "部门确认补齐补正内容的时限", "6.1.3 未定时限：默认四个工作小时，拟"),
    Policy("hearing_ask", 5, "wd", "提出听证申请的期限", "行政许可法第四十七条"),
    Policy("hearing_hold", 20, "wd", "组织听证的期限", "行政许可法第四十七条"),
    Policy("hearing_notice", 7, "cd", "听证前通知的提前量", "行政许可法第四十八条"),
    Policy("offline_limit", 10, "wd", "停机期间纸质收件的补录时限", "本中心拟定：超过两周的纸质登记须另行报批"),
    Policy("first_contact", 1, "wd", "首问登记未办结的催办时限", "首问负责（4.1.7）；时限由本中心拟定"),
    Policy("consult", 1, "wd", "窗口咨询部门的答复时限", "12345热线办理规程：咨询即时或1个工作日答复"),
    Policy("call_hours", 2, "wh", "部门回应窗口呼叫的时限", "4.2.4“及时”；工作小时数由本中心拟定"),
    Policy("message_retention", 365, "cd", "内部消息的保存时间", "本中心拟定：满一年清理"),
    Policy("takeover_days", 730, "cd", "以往办件电子材料可沿用的时限", "本中心拟定：两年内的电子材料"),
    Policy("uncollected", 15, "wd", "结果无人领取的催领期限", "拟：标准未规定，自综合窗口签收结果起"),
    Policy("uncollected_repeat", 7, "cd", "再次催领的间隔", "拟：标准未规定"),
    Policy("uncollected_times", 3, "n", "系统催领的次数", "拟：标准未规定"),
    Policy("shipping_inquiry", 7, "cd", "寄递久未签收的查询期限", "拟：标准未规定，按快递服务常见时限"),
    Policy("unread", 3, "wd", "电子送达未查收的提醒间隔", "拟：标准未规定"),
    Policy("unread_times", 2, "n", "电子送达提醒的次数", "拟：标准未规定"),
    Policy("barring", 365, "cd", "列入失信记录的期间（首次显示的失效日期）", "拟：标准未规定，比照信用信息公示期"),
    Policy("barring_longest", 1095, "cd", "列入失信记录的最长期间", "拟：标准未规定，比照信用信息公示期最长三年"),
    Policy("phone_link_minutes", 10, "mi", "手机拍照二维码的有效时间", "拟：标准未规定，够当面拍完一项材料"),
    Policy("phone_link_files", 20, "ge", "一个手机拍照二维码的文件数上限（含已删除的）", "拟：与一个上传栏相同"),
    Policy("password_length", 10, "wei", "口令的最少位数", "等保三级 8.1.4.1：10 位，并含三类字符；只能加长"),
    Policy("password_days", 90, "cd", "口令的有效期", "等保三级 8.1.4.1：口令定期更换，90 日"),
    Policy("password_warn", 7, "cd", "口令到期前的提示提前量", "本中心拟定"),
    Policy("password_past", 5, "n", "不得重复使用的最近口令", "等保三级 8.1.4.1：历史 5 次"),
    Policy("wrong_passwords", 5, "n", "同一账号同一地址连续登录失败的上限", "等保三级 8.1.4.1：5 次"),
    Policy("sign_in_pause", 10, "mi", "登录失败达到上限后的暂停时间", "等保三级 8.1.4.1：10 分钟"),
    Policy("wrong_anywhere", 20, "n", "同一账号从各处登录失败的上限（常用地址除外）", "本中心拟定：防多地址猜测"),
    Policy("sessions_most", 5, "ge", "同一账号同时登录的会话上限", "等保三级 8.1.4.1：并发会话限制"),
    Policy("session_idle", 30, "mi", "会话无操作结束的时间", "等保三级 8.1.4.1；窗口受理须留足填写时间，拟：30 分钟"),
    Policy("session_longest", 12, "h", "会话最长时间", "本中心拟定：一个工作日"),
    Policy("upload_files_day", 1000, "ge", "每人每天上传文件的个数上限", "拟：综合窗口每人每天约60件、每件约15个文件"),
    Policy("upload_megabytes_day", 4000, "mb", "每人每天上传文件的总量上限", "拟：按每件约60MB估算"),
)
"""What a new installation starts with."""

_FIRST = {one.key: one.value for one in DEFAULTS}

CLOCK_SHIFT = "demo_clock_shift"


def policy_named(connection: Connection, key: str) -> Policy:
    """Return the policy ``key``; raise :class:`PolicyUnknown`."""
    row = connection.execute(sa.select(policy).where(policy.c.key == key)).one_or_none()
    if row is None:
        raise PolicyUnknown(key=key)
    return Policy(*row)


def figure(connection: Connection, key: str) -> int:
    """Return the figure in force: the policy's row, or what a new installation starts with when there is no row yet.

    Raises :class:`PolicyUnknown` for a key that is neither.
    """
    found = connection.execute(sa.select(policy.c.value).where(policy.c.key == key)).scalar_one_or_none()
    return pinned_figure({} if found is None else {key: int(found)}, key)


def pinned_figure(pinned: Mapping[str, int], key: str) -> int:
    """Return the figure that a release pinned; one released before ``key`` existed has the first value."""
    value = pinned.get(key, _FIRST.get(key))
    if value is None:
        raise PolicyUnknown(key=key)
    return value


def policies(connection: Connection) -> list[Policy]:
    """Return all policies."""
    return [
        Policy(*row) for row in connection.execute(sa.select(policy).where(policy.c.unit != "s").order_by(policy.c.key))
    ]


def clock_shift(connection: Connection) -> int:
    """Return by how many seconds the demonstration's clock runs ahead of the machine's.

    A house for real work has the machine's time, whatever its rows say.
    """
    if is_real(connection):
        return 0
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
