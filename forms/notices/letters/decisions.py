"""Letters that decide: granting, refusing, ending, reviewing, revoking (行政许可法 38, 69)."""

from __future__ import annotations

from typing import Final

from forms.notices.letters.model import DEPARTMENT, LEGAL_BASIS, REASONS, REMEDIES, Field, Letter

_WHY: Final = ("理由：{{ reasons }}", "依据：{{ legal_basis }}", "{{ remedies }}")

GRANT_DECISION: Final = Letter(
    "grant_decision", "准予许可（办理）决定书", "准予", "6.2.1",
    (
        "您申请办理的{{ item }}事项，经审查，符合法定条件、标准，决定准予办理。",
        "依据：{{ legal_basis }}",
        "{% if content %}准予的内容：{{ content }}{% endif %}",
        "{% if valid_until %}有效期至：{{ valid_until }}{% endif %}",
    ),
    (
        LEGAL_BASIS,
        Field("content", "准予的内容", "lines", 1000, needed=False),
        Field("valid_until", "有效期", limit=60, needed=False),
    ),
    side=DEPARTMENT, closing="",
)  # fmt: skip
DENIAL_DECISION: Final = Letter(
    "denial_decision", "不予许可（办理）决定书", "不予", "6.2.1",
    ("您申请办理的{{ item }}事项，经审查，不符合法定条件、标准，决定不予办理。", *_WHY),
    (REASONS, LEGAL_BASIS, REMEDIES), side=DEPARTMENT, closing="", two_leaves=True,
)  # fmt: skip
TERMINATION_NOTICE: Final = Letter(
    "termination_notice", "终止办理通知书", "终止", "6.2.1",
    ("您申请办理的{{ item }}事项，在办理过程中出现应当终止办理的情形，决定终止办理。", *_WHY),
    (REASONS, LEGAL_BASIS, REMEDIES), side=DEPARTMENT, closing="", two_leaves=True,
)  # fmt: skip
REVOCATION_DECISION: Final = Letter(
    "revocation_decision", "撤销决定书", "撤销", "4.1.7、6.2.1",
    (
        "对{{ item }}事项作出的{{ revoked }}，经查明存在应当撤销的情形，决定予以撤销，自本决定书送达之日起失去效力。",
        *_WHY,
    ),
    (
        Field("revoked", "被撤销的决定或证照（名称、编号）"),
        Field(
            "reasons", "理由", "lines", 1000,
            law="缺少理由：撤销决定应当说明所查明的事实和理由（行政许可法第六十九条）",
        ),
        LEGAL_BASIS, REMEDIES,
    ),
    side=DEPARTMENT, closing="", two_leaves=True,
)  # fmt: skip
REJECTION_REVIEW: Final = Letter(
    "rejection_review_decision", "复核决定书", "复核", "6.1.1",
    (
        "您对{{ item }}事项不予收件（受理）提出复核申请。经复核，决定{{ conclusion }}{{ reviewed_number }}。",
        *_WHY,
    ),
    (
        Field("conclusion", "复核结论", "choice", choices=(("uphold", "维持"), ("overturn", "撤销"))),
        Field("reviewed_number", "被复核的文书号", limit=60),
        Field("reasons", "理由", "lines", 1000, law="缺少理由：复核决定应当说明理由（6.1.1）"),
        LEGAL_BASIS, REMEDIES,
    ),
    side=DEPARTMENT, closing="", two_leaves=True,
)  # fmt: skip
POST_CHECK_RESULT: Final = Letter(
    "post_check_result", "告知承诺事后核查结果", "核查", "4.1.7",
    (
        "您以告知承诺方式办理的{{ item }}事项，我单位对承诺内容进行了核查。",
        "核查情况：{{ findings }}",
        "核查结论：{{ conclusion }}。",
        "{% if follow_up %}后续处理：{{ follow_up }}{% endif %}",
    ),
    (
        Field("conclusion", "核查结论", "choice", choices=(("conform", "与承诺相符"), ("differ", "与承诺不符"))),
        Field("findings", "核查情况", "lines", 1000),
        Field("follow_up", "后续处理", "lines", 500, needed=False),
    ),
    side=DEPARTMENT,
)  # fmt: skip

LETTERS: Final = (
    GRANT_DECISION, DENIAL_DECISION, TERMINATION_NOTICE, REVOCATION_DECISION, REJECTION_REVIEW, POST_CHECK_RESULT,
)  # fmt: skip
