"""The closed word lists of the catalogue: codes of GB/T 39046-2020 appendix A and the words of DB4105/T 229.

They are constants of the standards, so they stand in the program; what a department may change stands in the files.
"""

from __future__ import annotations

from types import MappingProxyType

ITEM_TYPES = MappingProxyType(
    {
        "01": "行政许可",
        "04": "行政征收",
        "05": "行政给付",
        "07": "行政确认",
        "08": "行政奖励",
        "09": "行政裁决",
        "10": "其他行政权力",
        "11": "行政备案",
        "20": "公共服务",
    }
)
"""Item types that are applied for (5.2.1). GB/T 39046 has no own code for 备案: 11 is our extension of 10."""

NOT_APPLIED_FOR = MappingProxyType({"02": "行政处罚", "03": "行政强制", "06": "行政检查"})
"""Item types that start from the authority's side and so have no place at a service window (5.2.1)."""

PUBLIC_DOMAINS = ("公共教育", "劳动就业", "社会保险", "医疗卫生", "文化体育", "残疾人服务")
"""The six domains 5.2.1 names; its 等 lets further ones be written."""

CASE_TYPES = MappingProxyType({"instant": "即办件", "commitment": "承诺件", "joint": "联办件", "report_up": "上报件"})
UNITS = MappingProxyType({"wd": "工作日", "cd": "自然日"})
CLOCK_ANCHORS = MappingProxyType({"accepted": "自受理之日起", "received": "自收到申请之日起"})
SPECIAL_PROCEDURES = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")
"""The eight procedures whose time does not count (appendix B; 行政许可法 45)."""

INTAKE_MODES = MappingProxyType({"accept_delegated": "受理", "receive_only": "收件", "entrusted": "委托收件（受理）"})
ENTRY_MODES = MappingProxyType({"one_window": "综合窗口", "dept_only": "部门自办"})
APPLY_OBJECTS = MappingProxyType(
    {"1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人", "5": "行政机关", "6": "其他组织"}
)
ONLINE_DEPTHS = MappingProxyType({1: "网上咨询", 2: "网上预约", 3: "网上申请", 4: "全程网办"})
CROSS_REGIONS = ("全国", "跨省", "跨市", "跨县", "跨层级", "全省", "全市", "市级", "县内")
USE_LEVELS = MappingProxyType({"3": "市级", "4": "县级"})
MATERIAL_FORMS = MappingProxyType({"original": "原件", "copy": "复印件", "electronic": "电子材料"})
MATERIAL_SOURCES = ("申请人", "共享", "政府核发", "中介机构", "评定机构", "前序产出")
STAGE_KINDS = MappingProxyType(
    {
        "work": "计时",
        "site_visit": "踏勘（计时）",
        "special_procedure": "特别程序（不计时）",
        "upper": "上级办理（另计）",
    }
)
VALUE_MARKS = MappingProxyType(
    {"证": "查到原文或实测", "忆": "凭记忆，未核原文", "拟": "示例数据，合理但虚构", "推": "由条文推断"}
)
WINDOW_KINDS = MappingProxyType(
    {
        "integrated": "综合窗口",
        "issuance": "统一出件窗口",
        "theme": "“一件事”综合窗口",
        "cross_region": "“跨区域通办”综合窗口",
        "grievance": "“有诉即办”窗口",
    }
)
