"""The pages on which a file of a draft is edited by a script: 流程图编辑器 for a process, 表单编辑器 for a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, url_for

from engine.oversight.publishing.drafting.queries import Draft, DraftFile
from engine.oversight.publishing.files import FORM, PROCESS
from web import assets
from web.security import CONTENT_POLICY
from web.sessions import csrf_token

POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self'")
"""The editor's own policy: its libraries place things by style attributes and draw icons with a font of our own host.

Scripts stay what they are everywhere: files of our own host, nothing inline, no eval.
"""


@dataclass(frozen=True)
class Kind:
    """An editor: the built script that is it, the page it stands on, and why the text editor stands in its place."""

    entry: str
    template: str
    without: str
    asks: tuple[str, ...] = ()
    """What it asks besides :data:`ASKED`."""


EDITORS = {
    PROCESS: Kind(
        "designer.js", "designing/process.html",
        "画图用的页面脚本没有生成，只能在这里用文本方式修改流程文件。请系统管理员运行 ./run setup 后再打开本页。",
    ),
    FORM: Kind(
        "form_designer.js", "designing/form.html",
        "表单编辑器的页面脚本没有生成，只能在这里用文本方式修改表单文件。请系统管理员运行 ./run setup 后再打开本页。",
        ("preview",),
    ),
}  # fmt: skip
"""The kinds of files that have an editor."""

ASKED = ("content", "save", "check", "presence", "comments")
"""What the script asks below the file's address, each at an address of its own."""


@dataclass(frozen=True)
class Desk:
    """What the editor is told about the file it opens.

    ``addresses`` are where it reads and writes: content, save, check, presence, comments, vocabulary (and preview, for
    a form); ``key`` names the file among all that this browser may keep unsaved text of, ``draft`` is the page of the
    draft, ``as_text`` that of the same file as plain text, ``merge`` takes a text and shows it beside another person's.
    """

    addresses: dict[str, str]
    csrf: str
    key: str
    name: str
    title: str
    draft_title: str
    draft: str
    as_text: str
    merge: str
    kind: str = PROCESS
    may_write: bool = True
    may_comment: bool = True

    @property
    def entry(self) -> str:
        """The built script of the editor."""
        return EDITORS[self.kind].entry


def is_built(kind: str) -> bool:
    """Tell whether the scripts of the editor are there; without them the file is edited as text."""
    return bool(assets.scripts(EDITORS[kind].entry))


def desk_for(draft: Draft, file: DraftFile, title: str, *, may_write: bool, may_comment: bool) -> Desk:
    """Return what the editor is told about a file of a draft that is called ``title``."""
    at: dict[str, Any] = {"id": draft.id, "kind": file.kind, "name": file.name}
    below = url_for("designing.content", **at).removesuffix("content")
    asked = {each: f"{below}{each}" for each in (*ASKED, *EDITORS[file.kind].asks)}
    return Desk(
        addresses={**asked, "vocabulary": url_for("designing.vocabulary")},
        csrf=csrf_token(), key=f"{draft.id}/{file.kind}/{file.name}", name=file.name, title=title or file.name,
        draft_title=draft.title, draft=url_for("designing.show", id=draft.id),
        as_text=url_for("designing.edit", **at, text=1), merge=url_for("designing.keep", **at),
        kind=file.kind, may_write=may_write, may_comment=may_comment,
    )  # fmt: skip


def show(desk: Desk) -> Response:
    """Return the editor's page for ``desk``, with the policy that it needs."""
    response = make_response(render_template(EDITORS[desk.kind].template, desk=desk))
    response.headers["Content-Security-Policy"] = POLICY
    return response
