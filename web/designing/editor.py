"""流程图编辑器: the page on which a process file of a draft is drawn (web/ui/designer.js)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template

from web import assets
from web.security import CONTENT_POLICY

ENTRY = "designer.js"
"""The built script that draws."""

POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self'")
"""The editor's own policy: its libraries place things by style attributes and draw icons with a font of our own host.

Scripts stay what they are everywhere: files of our own host, nothing inline, no eval.
"""

WITHOUT = "画图用的页面脚本没有生成，暂时只能用文本方式修改流程文件。请系统管理员运行 ./run setup 后再打开本页。"
"""Why the text editor stands where the drawing should be."""


@dataclass(frozen=True)
class Desk:
    """What the editor is told about the file it opens.

    ``addresses`` are where it reads and writes: content, save, check, presence, comments, vocabulary; ``key`` names the
    file among all that this browser may keep unsaved text of, ``compare`` the page that shows what others did, and
    ``as_text`` the same file as plain text.
    """

    addresses: dict[str, str]
    csrf: str
    key: str
    name: str
    title: str
    draft_title: str
    compare: str
    as_text: str
    may_write: bool = True
    may_comment: bool = True


def is_built() -> bool:
    """Tell whether the scripts of the editor are there; without them the file is edited as text."""
    return bool(assets.scripts(ENTRY))


def show(desk: Desk, **around: Any) -> Response:
    """Return the editor's page for ``desk``, with the policy that it needs."""
    response = make_response(render_template("designing_process.html", desk=desk, **around))
    response.headers["Content-Security-Policy"] = POLICY
    return response
