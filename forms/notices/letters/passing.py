"""Letters that go with papers from hand to hand: upward, between departments, by post, electronically; and 作废."""

from __future__ import annotations

from typing import Final

from forms.notices.letters.model import DEPARTMENT, SIGNATURE, SIGNATURE_MODE, SIGNED, Column, Field, Letter

REPORT_UP_SLIP: Final = Letter(
    "report_up_slip", "上报（转报）材料移交单", "上报", "6.2.1",
    (
        "{{ applicant }}申请办理的{{ item }}事项，本机关已完成初审，初审意见：{{ opinion }}",
        "现将全部申请材料和初审意见上报（转报），材料清单如下，请查收：",
    ),
    (
        Field("to_authority", "上报机关", limit=100),
        Field("opinion", "初审意见", "lines", 1000),
        Field(
            "rows", "材料清单", "rows", 100,
            columns=(
                Column("name", "材料名称"), Column("copies", "份数（0为电子件）", 999, kind="number", width=36),
                Column("note", "备注", needed=False, width=45),
            ),
        ),
    ),
    side=DEPARTMENT, to="{{ to_authority }}：", closing="",
    signs=("移交人（签字）：", "接收人（签字）：", "签收日期：　　　　年　　月　　日"),
)  # fmt: skip
UPPER_REPLY: Final = Letter(
    "upper_reply_notice", "上级批复告知书", "批复", "6.2.1",
    (
        ("您申请办理的{{ item }}事项，本机关初审后已上报{{ authority }}。"
         "现收到批复（文号：{{ reply_number }}，批复日期：{{ replied_on }}），"
        "结论为{{ conclusion }}。"),
        "批复内容：{{ content }}",
        "{% if remedies %}{{ remedies }}{% endif %}",
    ),
    (
        Field("authority", "批复机关", limit=100),
        Field("reply_number", "批复文号", limit=100),
        Field("replied_on", "批复日期", "date"),
        Field("conclusion", "批复结论", "choice", choices=(("grant", "准予"), ("deny", "不予"))),
        Field("content", "批复内容", "lines", 1000),
        Field("remedies", "救济渠道", "lines", 1000, needed=False),
    ),
    side=DEPARTMENT,
    check=lambda values, issued_on: (
        {"remedies": "缺少救济渠道：批复不予的，应当告知行政复议或者行政诉讼的权利（行政许可法第三十八条）"}
        if values["conclusion"] == "deny" and not values["remedies"]
        else {}
    ),
)  # fmt: skip
JOINT_OPINIONS: Final = Letter(
    "joint_opinions", "联审意见表", "联审", "6.2.2",
    ("{{ applicant }}申请办理的{{ item }}事项，由{{ signatory }}牵头，各部门联合审查意见如下：",),
    (
        Field(
            "rows", "联审意见", "rows", 50,
            columns=(
                Column("department", "部门", 60, width=30), Column("representative", "代表", 60, width=18),
                Column("conclusion", "结论", 40, width=18), Column("opinion", "意见", 500),
                Column("basis", "依据", 500, width=35), Column("at", "时间", 30, width=24),
            ),
        ),
        Field("summary", "汇总结论", "lines", 1000, needed=False),
    ),
    side=DEPARTMENT, to="", after=("{% if summary %}汇总结论：{{ summary }}{% endif %}",), closing="",
    signs=("牵头部门负责人（签字）：",),
)  # fmt: skip
JOINT_RESULTS: Final = Letter(
    "joint_results", "联办结果清单", "联办结果", "6.2.2",
    ("{{ applicant }}申请办理的{{ item }}事项已由各部门办理完毕，下列结果文书或证照由综合窗口一次送达：",),
    (
        Field(
            "rows", "结果清单", "rows", 50,
            columns=(
                Column("department", "部门", 60, width=24), Column("title", "文书或证照名称"),
                Column("reference", "编号", 100, width=44), Column("outcome", "结果", 20, width=16),
                Column("valid", "有效期", 40, width=26),
            ),
        ),
        Field("note", "备注", "lines", 500, needed=False),
    ),
    side=DEPARTMENT,
    after=(
        "{% if note %}{{ note }}{% endif %}",
        "结果为不予的，理由、依据和救济渠道见该部门的决定书。",
    ),
)  # fmt: skip
JOINT_MINUTES: Final = Letter(
    "joint_minutes", "会商纪要", "会商纪要", "6.2.2",
    (
        "就{{ applicant }}申请办理的{{ item }}事项，由{{ signatory }}召集会商（第{{ meeting }}次）。",
        "时间：{{ held_at }}　地点：{{ place }}　主持人：{{ host }}",
        "出席和缺席情况：",
    ),
    (
        Field("meeting", "会商次序", "number", 999),
        Field("held_at", "会商时间", "moment"),
        Field("place", "会商地点"),
        Field("host", "主持人", limit=60),
        Field(
            "rows", "出席和缺席情况", "rows", 100,
            columns=(
                Column("department", "部门", 60, width=46), Column("person", "人员", 60, width=30),
                Column("attendance", "情况", 40, width=30), Column("note", "备注", 500),
            ),
        ),
        Field("discussion", "议题和发言", "lines", 25_000),
        Field("points", "议定事项", "lines", 8_000, needed=False),
    ),
    side=DEPARTMENT, to="",
    after=(
        "议题和发言：", "{{ discussion }}",
        "{% if points %}议定事项：{% else %}本次会商没有形成议定事项。{% endif %}",
        "{% if points %}{{ points }}{% endif %}",
        "会商不代替各部门的意见，缺席不视为同意。各部门仍应在各自的时限内出具意见（6.2.2）。",
    ),
    closing="", signs=("主持人（签字）：",),
)  # fmt: skip
JOINT_VISIT: Final = Letter(
    "joint_visit_notice", "联合踏勘告知书", "联合踏勘", "6.2.2",
    (
        "{% if change %}{{ change }}。{% endif %}",
        ("您申请办理的{{ item }}事项需要现场踏勘。由{{ signatory }}牵头，"
         "下列部门于同一时间在同一地点一次完成踏勘，请届时到场配合："),
        "踏勘时间：{{ visit_on }}{{ time }}",
        "踏勘地点：{{ place }}",
    ),
    (
        Field("visit_on", "踏勘日期", "date"),
        Field("time", "到场时间", limit=10),
        Field("place", "踏勘地点"),
        Field(
            "rows", "踏勘部门和内容", "rows", 30,
            columns=(Column("department", "部门", 60, width=46), Column("matter", "办理内容", 120, width=46),
                     Column("looks_at", "查看什么", 500)),
        ),
        Field("prepare", "请事先准备", "lines", 1000, needed=False),
        Field("change", "变更说明", limit=400, needed=False),
        Field("contact", "联系人", limit=60),
        Field("contact_phone", "联系人电话", limit=40),
    ),
    side=DEPARTMENT,
    after=(
        "{% if prepare %}请事先准备：{{ prepare }}{% endif %}",
        "联系人：{{ contact }}　联系人电话：{{ contact_phone }}",
        "除改期、取消另行告知外，各部门不再另行通知踏勘。踏勘期间，办理时限照常计算，不收取任何费用。",
    ),
)  # fmt: skip
JOINT_VISIT_CANCELLED: Final = Letter(
    "joint_visit_cancel_notice", "联合踏勘取消告知书", "联合踏勘取消", "6.2.2",
    (
        ("您申请办理的{{ item }}事项，原告知（{{ notice_number }}）于{{ visit_on }}{{ time }}"
         "在{{ place }}进行的联合踏勘，现予取消。"),
        "取消原因：{{ reason }}",
    ),
    (
        Field("notice_number", "原告知书文号", limit=80),
        Field("visit_on", "原定踏勘日期", "date"),
        Field("time", "原定到场时间", limit=10),
        Field("place", "原定踏勘地点"),
        Field("reason", "取消原因", limit=300),
        Field("contact", "联系人", limit=60),
        Field("contact_phone", "联系人电话", limit=40),
    ),
    side=DEPARTMENT,
    after=(
        "联系人：{{ contact }}　联系人电话：{{ contact_phone }}",
        ("原告知书作废。办理时限照常计算，不因取消踏勘而延长；确需踏勘的，将重新告知时间和地点。"
         "由此带来的不便，敬请谅解。"),
    ),
)  # fmt: skip
COURIER_ORDER: Final = Letter(
    "courier_order", "寄递委托单", "寄递", "6.3.3",
    (
        "兹委托贵单位寄递{{ item }}事项的结果文书或证照：",
        "收件人：{{ receiver }}　联系电话：{{ receiver_phone }}",
        "收件地址：{{ receiver_address }}",
        "{% if waybill %}运单号：{{ waybill }}{% endif %}",
    ),
    (
        Field("carrier", "物流机构", limit=100),
        Field("receiver", "收件人（脱敏）", limit=60),
        Field("receiver_phone", "收件人电话（脱敏）", limit=40),
        Field("receiver_address", "收件地址（脱敏）"),
        Field("waybill", "运单号", limit=60, needed=False),
        Field(
            "rows", "寄递清单", "rows", 50,
            columns=(
                Column("name", "文书或证照名称"), Column("copies", "份数", 999, kind="number", width=20),
                Column("reference", "编号", 100, needed=False, width=50),
            ),
        ),
    ),
    to="{{ carrier }}：",
    after=("寄递费用由政务服务中心承担，不得向收件人收取任何费用。请核对收件人身份后投递，并反馈签收情况。",),
    closing="",
    signs=("委托人（签字）：", "揽收人（签字）：", "揽收日期：　　　　年　　月　　日"),
)  # fmt: skip
E_DELIVERY_RECEIPT: Final = Letter(
    "e_delivery_receipt", "电子送达回执", "电子送达", "6.3.4",
    (
        "{{ item }}事项的下列结果文书或证照，已按受送达人书面同意的方式电子送达：",
    ),
    (
        Field("channel", "电子送达方式", limit=100),
        Field("address_masked", "送达地址（脱敏）", limit=100),
        Field("sent_at", "到达时间", "moment"),
        Field("read_at", "查阅时间", "moment", needed=False),
        Field(
            "rows", "送达文书", "rows", 50,
            columns=(Column("name", "文书或证照名称"), Column("reference", "编号", 100, needed=False, width=60)),
        ),
        SIGNATURE,
        SIGNATURE_MODE,
    ),
    to="",
    after=(
        "受送达人：{{ applicant }}",
        "送达方式：{{ channel }}，送达地址：{{ address_masked }}",
        "到达特定系统的时间：{{ sent_at }}",
        "{% if read_at %}受送达人查阅的时间：{{ read_at }}{% endif %}",
        SIGNED,
    ),
    closing="",
)  # fmt: skip
VOID_NOTICE: Final = Letter(
    "void_notice", "文书作废说明", "作废", "附录B、附录C",
    (
        "就{{ item }}事项出具的《{{ voided_title }}》（{{ voided_number }}）有误，现予作废，文书号保留，不再使用。",
        "作废原因：{{ reason }}",
        "{% if new_number %}重新出具的文书号为{{ new_number }}，以重新出具的文书为准。{% endif %}",
        "请将作废的文书交回出具窗口或部门。由此带来的不便，敬请谅解。",
    ),
    (
        Field("voided_title", "作废文书的名称", limit=80),
        Field("voided_number", "作废的文书号", limit=60),
        Field("reason", "作废原因", "lines", 500),
        Field("new_number", "新文书号", limit=60, needed=False),
    ),
)  # fmt: skip

LETTERS: Final = (
    REPORT_UP_SLIP, UPPER_REPLY, JOINT_OPINIONS, JOINT_RESULTS, JOINT_MINUTES, JOINT_VISIT, JOINT_VISIT_CANCELLED,
    COURIER_ORDER, E_DELIVERY_RECEIPT, VOID_NOTICE,
)  # fmt: skip
