"""The refusals of the documents: each says in Chinese what is wrong and what to do."""

from __future__ import annotations

from forms.errors import FormError


class NoticeUnknown(FormError):
    """没有“{kind}”这种文书，请核对文书种类。"""

    code = "NOTICE_UNKNOWN"


class NoticeIncomplete(FormError):
    """{sentence}"""

    code = "NOTICE_INCOMPLETE"

    def __init__(self, problems: dict[str, str]) -> None:
        """``problems`` maps a data key (``materials[0].name``) to its sentence; it is never empty."""
        super().__init__(sentence="；".join(problems.values()) + "。请补充后再出具文书。")
        self.problems = problems


class MissingGlyph(FormError):
    """字库中没有“{characters}”（{codes}），文书无法打印。请核对是否误输；确为生僻字的，请系统管理员补装字库。"""

    code = "NOTICE_MISSING_GLYPH"

    def __init__(self, characters: tuple[str, ...]) -> None:
        """``characters`` are the ones that no font shows, in order of appearance."""
        codes = "、".join(f"U+{ord(character):04X}" for character in characters)
        shown = "、".join(character if character.isprintable() else "不可见字符" for character in characters)
        super().__init__(characters=shown, codes=codes)
        self.characters = characters


class FontsMissing(FormError):
    """没有找到中文字库：请安装 pylopdf-fonts-zh-cn 或 fonts-noto-cjk，或者在设置中指明字库文件夹。"""

    code = "NOTICE_FONTS_MISSING"


class TemplateChanged(FormError):
    """{reason}，不能保存，也不能出具文书。请恢复这段文字后再试。"""

    code = "NOTICE_TEMPLATE_CHANGED"


class NoticeFailed(FormError):
    """文书排版失败（{reason}），请把文书号告诉系统管理员。"""

    code = "NOTICE_FAILED"
