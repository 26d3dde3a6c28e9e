"""The table of figures a new installation starts with: whose each is, its bounds, and where its clock runs (T117).

``law`` a law or a binding grade of security gives the figure: it may only be made stricter, within ``least`` and
``most``.  ``clause`` the standard asks for the thing and gives no figure.  ``centre`` neither: the centre's own.
拟 in a source marks a figure that is made up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Class = Literal["law", "clause", "centre"]

GROUPS: Final = ("时限", "首问、咨询与呼叫", "送达与催领", "信用与材料", "账号安全", "上传与内部消息", "办公时间")
"""The groups of the page, in their order."""

_LIMITS, _ASKING, _DELIVERY, _CREDIT, _ACCOUNTS, _UPLOADS, _OFFICE = GROUPS


@dataclass(frozen=True)
class Figure:
    """A figure as it is shipped: value and unit (see tables), source, and what the centre may make of it."""

    key: str
    value: int
    unit: str
    title: str
    source: str
    group: str
    kind: Class
    least: int
    most: int
    why: str
    """What the bounds rest on, as a refusal says it."""
    pinned: bool = False
    """Whether a release pins it: a case keeps the figure of its receipt; else it holds for all from its day on."""
    start: str = ""
    stop: str = ""
    after: str = ""
    """起点, 停止, and what happens at the limit, for the figure of a clock."""

    @property
    def fixed(self) -> bool:
        """Whether the law leaves no other figure."""
        return self.least == self.most


_NOTICE = "行政许可法第三十二条第四项：五日内一次告知"
_HEARING = "行政许可法第四十七条"
_GRADE = "等保三级 8.1.4.1，只能更严"
_OURS = "本中心拟定的合理范围"

DEFAULTS: Final = (
    Figure("correction_notice", 5, "wd", "一次告知补正的期限", "行政许可法第三十二条（四）", _LIMITS, "law", 1, 5,
           _NOTICE, True, "收到申请材料之日", "受理、告知补正或者不予受理", "视为受理"),
    Figure("online_feedback", 1, "wd", "网上、邮寄申请的反馈期限", "6.1.2“限期反馈”，标准未定期限：拟，最长5个工作日",
           _LIMITS, "clause", 1, 5, _NOTICE, True, "网上、邮寄提交之日", "预审反馈", "催办综合窗口"),
    Figure("delivery", 10, "wd", "送达期限", "行政许可法第四十四条", _LIMITS, "law", 1, 10,
           "行政许可法第四十四条：自作出决定之日起十日内", True, "作出决定之日", "送达申请对象", "提醒出件员，记红牌"),
    Figure("report_up", 3, "wd", "初审后上报的期限", "联合办理规定通行做法：三个工作日内上报", _LIMITS, "centre", 1, 10,
           _OURS, True, "初审决定之日", "上报", "提醒审查员和业务负责人"),
    Figure("relay", 2, "wd", "收到批复后反馈的期限", "联合办理规定通行做法：二个工作日内反馈", _LIMITS, "centre", 1, 10,
           _OURS, True, "收到批复之日", "反馈申请对象", "提醒审查员和业务负责人"),
    Figure("rejection_review", 5, "wd", "复核不予收件（受理）结论的期限", "本中心默认（拟）", _LIMITS, "centre", 1, 20,
           _OURS, True, "登记复核申请之日", "作出复核结论", "提醒业务负责人"),
    Figure("rejection_review_ask", 60, "cd", "申请复核的期限", "本中心默认（拟），比照行政复议申请期限",
           _LIMITS, "centre", 15, 365, _OURS, True),
    Figure("archive", 30, "cd", "归档的期限", "6.4.1 未定期限：拟", _LIMITS, "clause", 1, 90, _OURS, True,
           "结果送达之日", "业务主管部门归档", "提醒部门档案员和业务负责人"),
    Figure("pause_rule", 1, "opt", "停表首尾日计数规则（1 首日计，2 都不计，3 尾日计）", "民法典第二百零一条同构，拟",
           _LIMITS, "centre", 1, 3, "只有这三种规则", True),
    Figure("hand_over_hours", 4, "wh", "受理后转办的时限", "T026 默认四个工作小时，拟", _LIMITS, "clause", 1, 40, _OURS,
           True, "材料转出之时", "部门签收", "提醒受理员和审查员"),
    Figure("confirm_correction_hours", 4, "wh", "部门确认补齐补正内容的时限", "6.1.3 未定时限：默认四个工作小时，拟",
           _LIMITS, "clause", 1, 24, _NOTICE, True, "列出补正内容之时", "部门确认", "提醒业务负责人"),
    Figure("silent_consent", 0, "sw", "联审分支超期视为同意（默认关闭；开启须有依据）",
           "6.2.2 未规定默认同意，法律风险高：拟关闭，只升级不默认", _LIMITS, "clause", 0, 1,
           "只能开启或者关闭", True, "分支开始办理之时", "部门出具意见", "关闭时只升级，开启时视为同意"),
    Figure("hearing_ask", 5, "wd", "提出听证申请的期限", _HEARING, _LIMITS, "law", 5, 5,
           "行政许可法第四十七条：自被告知之日起五日内", True),
    Figure("hearing_hold", 20, "wd", "组织听证的期限", _HEARING, _LIMITS, "law", 8, 20,
           "行政许可法第四十七条：二十日内组织听证，且要留出通知的时间", True),
    Figure("hearing_notice", 7, "cd", "听证前通知的提前量", "行政许可法第四十八条", _LIMITS, "law", 7, 15,
           "行政许可法第四十八条：于举行听证的七日前通知", True),
    Figure("offline_limit", 10, "wd", "停机期间纸质收件的补录时限", "本中心拟定：超过两周的纸质登记须另行报批",
           _LIMITS, "centre", 1, 30, _OURS),
    Figure("first_contact", 1, "wd", "首问登记未办结的催办时限", "首问负责（4.1.7）；时限由本中心拟定",
           _ASKING, "clause", 1, 5, _OURS, False, "登记首问之日", "办结或者转交", "催办首问责任人"),
    Figure("consult", 1, "wd", "窗口咨询部门的答复时限", "12345热线办理规程：咨询即时或1个工作日答复",
           _ASKING, "centre", 1, 5, "12345热线办理规程：一般不超过5个工作日", False, "提出咨询之日", "部门答复",
           "催办部门"),
    Figure("call_hours", 2, "wh", "部门回应窗口呼叫的时限", "4.2.4“及时”；工作小时数由本中心拟定",
           _ASKING, "clause", 1, 16, _OURS, False, "呼叫之时", "部门回应", "催办业务负责人"),
    Figure("urge_hours", 8, "wh", "再次催办同一环节时重新通知的间隔", "6.2.2“协调督促”未定间隔：默认八个工作小时，拟",
           _ASKING, "centre", 1, 40, _OURS, False, "通知办理人之时", "办理完毕", "再次催办只记录入卷"),
    Figure("urge_branch_hours", 4, "wh", "再次催办同一联审分支时重新通知的间隔",
           "6.2.2“协调督促”未定间隔：默认四个工作小时，拟", _ASKING, "centre", 1, 40, _OURS, False, "通知承办部门之时",
           "出具意见", "再次催办只记录入卷"),
    Figure("supervision_order", 2, "wd", "督办单的答复期限", "4.1.8 监督协调，标准未定期限：拟",
           _ASKING, "centre", 1, 10, _OURS, False, "发出督办单之日", "答复", "报中心负责人、监察员和责任部门"),
    Figure("uncollected", 15, "wd", "结果无人领取的催领期限", "拟：标准未规定，自综合窗口签收结果起",
           _DELIVERY, "centre", 1, 60, _OURS, True, "综合窗口签收结果之日", "领取", "催领，提醒出件员"),
    Figure("uncollected_repeat", 7, "cd", "再次催领的间隔", "拟：标准未规定", _DELIVERY, "centre", 1, 60, _OURS, True),
    Figure("uncollected_times", 3, "n", "系统催领的次数", "拟：标准未规定", _DELIVERY, "centre", 1, 10, _OURS, True),
    Figure("shipping_inquiry", 7, "cd", "寄递久未签收的查询期限", "拟：标准未规定，按快递服务常见时限",
           _DELIVERY, "centre", 1, 30, _OURS, True, "交寄之日", "签收", "提醒出件员查询"),
    Figure("unread", 3, "wd", "电子送达未查收的提醒间隔", "拟：标准未规定", _DELIVERY, "centre", 1, 15, _OURS, True,
           "发出查收通知之日", "查收", "再次提醒"),
    Figure("unread_times", 2, "n", "电子送达提醒的次数", "拟：标准未规定", _DELIVERY, "centre", 1, 10, _OURS, True),
    Figure("takeover_days", 730, "cd", "以往办件电子材料可沿用的时限", "本中心拟定：两年内的电子材料",
           _CREDIT, "centre", 1, 1825, _OURS),
    Figure("barring", 365, "cd", "列入失信记录的期间（首次显示的失效日期）", "拟：标准未规定，比照信用信息公示期",
           _CREDIT, "centre", 1, 1095, "信用信息公示期最长三年"),
    Figure("barring_longest", 1095, "cd", "列入失信记录的最长期间", "拟：标准未规定，比照信用信息公示期最长三年",
           _CREDIT, "centre", 1, 1095, "信用信息公示期最长三年"),
    Figure("password_length", 10, "wei", "口令的最少位数", "等保三级 8.1.4.1：10 位，并含三类字符；只能加长",
           _ACCOUNTS, "law", 10, 32, _GRADE),
    Figure("password_days", 90, "cd", "口令的有效期", "等保三级 8.1.4.1：口令定期更换，90 日",
           _ACCOUNTS, "law", 7, 90, _GRADE),
    Figure("password_warn", 7, "cd", "口令到期前的提示提前量", "本中心拟定", _ACCOUNTS, "centre", 1, 30, _OURS),
    Figure("password_past", 5, "n", "不得重复使用的最近口令", "等保三级 8.1.4.1：历史 5 次",
           _ACCOUNTS, "law", 5, 24, _GRADE),
    Figure("wrong_passwords", 5, "n", "同一账号同一地址连续登录失败的上限", "等保三级 8.1.4.1：5 次",
           _ACCOUNTS, "law", 3, 5, _GRADE),
    Figure("sign_in_pause", 10, "mi", "登录失败达到上限后的暂停时间", "等保三级 8.1.4.1：10 分钟",
           _ACCOUNTS, "law", 10, 1440, _GRADE),
    Figure("wrong_anywhere", 20, "n", "同一账号从各处登录失败的上限（常用地址除外）", "本中心拟定：防多地址猜测",
           _ACCOUNTS, "centre", 5, 100, _OURS),
    Figure("sessions_most", 5, "ge", "同一账号同时登录的会话上限", "等保三级 8.1.4.1：并发会话限制",
           _ACCOUNTS, "law", 1, 5, _GRADE),
    Figure("session_idle", 30, "mi", "会话无操作结束的时间", "等保三级 8.1.4.1；窗口受理须留足填写时间，拟：30 分钟",
           _ACCOUNTS, "law", 5, 30, _GRADE),
    Figure("session_longest", 12, "h", "会话最长时间", "本中心拟定：一个工作日", _ACCOUNTS, "centre", 1, 24, _OURS),
    Figure("phone_link_minutes", 10, "mi", "手机拍照二维码的有效时间", "拟：标准未规定，够当面拍完一项材料",
           _UPLOADS, "centre", 2, 60, _OURS),
    Figure("phone_link_files", 20, "ge", "一个手机拍照二维码的文件数上限（含已删除的）", "拟：与一个上传栏相同",
           _UPLOADS, "centre", 1, 20, "一个上传栏最多20个文件"),
    Figure("upload_files_day", 1000, "ge", "每人每天上传文件的个数上限", "拟：综合窗口每人每天约60件、每件约15个文件",
           _UPLOADS, "centre", 50, 10_000, _OURS),
    Figure("upload_megabytes_day", 4000, "mb", "每人每天上传文件的总量上限", "拟：按每件约60MB估算",
           _UPLOADS, "centre", 100, 100_000, _OURS),
    Figure("message_retention", 365, "cd", "内部消息的保存时间", "本中心拟定：满一年清理",
           _UPLOADS, "centre", 30, 3650, _OURS),
    Figure("office_opens", 510, "min", "综合窗口开始办公的时间", "拟：8:30 开始办公",
           _OFFICE, "centre", 300, 1200, _OURS),
    Figure("office_closes", 1050, "min", "综合窗口停止办公的时间", "拟：17:30 停止，中午不休",
           _OFFICE, "centre", 360, 1380, _OURS),
)  # fmt: skip
"""What a new installation starts with."""

BY_KEY: Final = {one.key: one for one in DEFAULTS}

PINNED: Final = frozenset(one.key for one in DEFAULTS if one.pinned)
"""The counting policies: what a release pins of the table."""


@dataclass(frozen=True)
class ItemClock:
    """A clock whose figure is the item's own, in its 实施清单, and not in this table."""

    title: str
    unit: str
    start: str
    stop: str
    after: str


ITEM_CLOCKS: Final = (
    ItemClock(
        "承诺时限", "工作日", "受理之日（个别事项依法自收件之日）", "结果移交综合窗口签收（6.3.1）", "红牌，催办部门"
    ),
    ItemClock("法定时限", "工作日", "同承诺时限", "作出决定（行政许可法第四十二条）", "红牌，催办部门"),
    ItemClock("补齐补正期限", "自然日", "出具补齐补正通知书之日", "补齐补正", "由综合窗口处理"),
    ItemClock("容缺材料补齐期限", "自然日", "容缺受理之日", "收齐补交的材料", "提醒受理员和审查员"),
    ItemClock("承诺后续核查期限", "自然日", "作出决定之日", "作出核查结论", "提醒审查员和业务负责人"),
)
"""Shown beside the table, so that every clock is found in one place; the figures stand in the guide of each item."""
