"""流程图编辑器、决策表编辑器、表单编辑器: the pages on which files of a draft are drawn.

Their scripts are web/ui/designer.js, decisions.js and form_designer.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, url_for

from engine.oversight.publishing.drafting.queries import Draft, DraftFile
from engine.oversight.publishing.files import DECISIONS, FORM, PROCESS
from web import assets
from web.security import CONTENT_POLICY
from web.sessions import csrf_token


@dataclass(frozen=True)
class Editor:
    """How one kind of file is drawn: the built script, the template of its desk, and what the page says."""

    entry: str
    desk: str
    noun: str
    needs_script: str
    without: str
    """Why the text editor stands where the drawing should be, when nothing was built."""
    asks: tuple[str, ...] = ()
    """What its script asks besides :data:`ASKED`."""


EDITORS = {
    PROCESS: Editor(
        "designer.js", "designing/_desk.html", "流程", "画流程图需要脚本。",
        "画图用的页面脚本没有生成，只能在这里用文本方式修改流程文件。请系统管理员运行 ./run setup 后再打开本页。",
    ),
    DECISIONS: Editor(
        "decisions.js", "designing/_tables.html", "决策表", "编辑决策表需要脚本。",
        "编辑决策表用的页面脚本没有生成，只能在这里用文本方式修改。请系统管理员运行 ./run setup 后再打开本页。",
    ),
    FORM: Editor(
        "form_designer.js", "designing/_form.html", "表单", "编辑表单需要脚本。",
        "编辑表单用的页面脚本没有生成，只能在这里用文本方式修改。请系统管理员运行 ./run setup 后再打开本页。",
        ("preview",),
    ),
}  # fmt: skip
"""The kinds of files that are drawn."""

POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self'")
"""The editor's own policy: its libraries place things by style attributes and draw icons with a font of our own host.

Scripts stay what they are everywhere: files of our own host, nothing inline, no eval.
"""

ASKED = ("content", "save", "check", "presence", "comments")
"""What the script asks below the file's address, each at an address of its own."""


@dataclass(frozen=True)
class Desk:
    """What the editor is told about the file it opens.

    ``addresses`` are where it reads and writes: content, save, check, presence, comments, vocabulary (and preview, for
    a form); ``key`` names the file among all that this browser may keep unsaved text of, ``draft`` is the page of the
    draft, ``as_text`` that of the same file as plain text, ``merge`` takes a text and shows it beside another person's.
    """

    kind: str
    addresses: dict[str, str]
    csrf: str
    key: str
    name: str
    title: str
    draft_title: str
    draft: str
    as_text: str
    merge: str
    may_write: bool = True
    may_comment: bool = True


def is_built(kind: str) -> bool:
    """Tell whether the scripts of a kind's editor are there; without them the file is edited as text."""
    return bool(assets.scripts(EDITORS[kind].entry))


def desk_for(draft: Draft, file: DraftFile, title: str, *, may_write: bool, may_comment: bool) -> Desk:
    """Return what the editor is told about a file of a draft that is called ``title``."""
    at: dict[str, Any] = {"id": draft.id, "kind": file.kind, "name": file.name}
    below = url_for("designing.content", **at).removesuffix("content")
    asked = {each: f"{below}{each}" for each in (*ASKED, *EDITORS[file.kind].asks)}
    return Desk(
        kind=file.kind, addresses={**asked, "vocabulary": url_for("designing.vocabulary")},
        csrf=csrf_token(), key=f"{draft.id}/{file.kind}/{file.name}", name=file.name, title=title or file.name,
        draft_title=draft.title, draft=url_for("designing.show", id=draft.id),
        as_text=url_for("designing.edit", **at, text=1), merge=url_for("designing.keep", **at),
        may_write=may_write, may_comment=may_comment,
    )  # fmt: skip


def show(desk: Desk, foreign: str = "", explained: str = "") -> Response:
    """Return the editor's page for ``desk``, with the policy that it needs.

    ``foreign`` names the other tool that drew the file, ``explained`` is the address where that is explained.
    """
    html = render_template(
        "designing/editor.html", desk=desk, editor=EDITORS[desk.kind], foreign=foreign, explained=explained
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = POLICY
    return response
