"""Coming back after sign-in: to the page one wanted, and to what one had typed when the session ended.

Nothing that was typed is ever carried out by signing in: the form is shown again, filled, for the person to send.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Request, Response, current_app, make_response, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

OWN_FIELDS = frozenset({"_csrf", "_key", "_act"})
KEEPING = frozenset({"tasks.work", "intake.receive", "together.receive"})
"""The views whose forms hold enough typing to be carried over a new sign-in."""


@dataclass(frozen=True)
class Typed:
    """A form that was sent too late: where it was sent, what it said, and whether files were lost."""

    path: str
    pairs: tuple[tuple[str, str], ...]
    files: bool

    def packed(self) -> str:
        """Return it as the value of a hidden field."""
        return json.dumps({"path": self.path, "pairs": self.pairs, "files": self.files}, ensure_ascii=False)


def typed_in(request: Request) -> Typed | None:
    """Return what was typed in a form that the guard turned away, or None for one without typing."""
    if request.method != "POST" or request.endpoint not in KEEPING or "_act" not in request.form:
        return None
    pairs = tuple((name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS)
    files = any(one.filename for one in request.files.values())
    return Typed(request.path, pairs, files)


def page_with(typed: Typed, *, sentence: str, owed: str = "", status: int = 200) -> Response:
    """Return the page that gives back what was typed, saying ``sentence`` first.

    ``owed`` is the page where the session gives what it owes (a new password, a second factor); it opens beside this
    one, so that nothing typed is lost meanwhile.
    """
    return make_response(render_template("resume.html", typed=typed, sentence=sentence, owed=owed), status)


def unpacked(text: str) -> Typed | None:
    """Return what :meth:`Typed.packed` made, or None for anything else."""
    try:
        body = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in body["pairs"])
        typed = Typed(str(body["path"]), pairs, bool(body["files"]))
    except (ValueError, TypeError, KeyError):
        return None
    return typed if is_own(typed.path) and _keeps(typed.path) else None


def is_own(target: str) -> bool:
    """Tell whether ``target`` is a path of this site: nobody is ever led to another one."""
    # Browsers read a backslash as a slash and pass over line breaks and tabs, so these could hide a second slash.
    return target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()


def wanted(request: Request) -> str:
    """Return the page a person without a session wanted to see, to be led there after sign-in."""
    asked = request.full_path.rstrip("?") if request.method == "GET" else ""
    return asked if asked and is_own(asked) and asked != "/" else ""


def _keeps(path: str) -> bool:
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return False
    return endpoint in KEEPING
