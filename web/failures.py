"""What a person sees when something cannot be done: a page with a sentence that says what to do."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal, Unauthenticated
from forms import FormError
from web import returning
from web.errors import status_of
from web.page import is_fragment
from web.security import SAFE_METHODS, OwesFactor, OwesPassword, SessionEnded, owed_page
from web.sessions import signed_in

LOG = logging.getLogger("yichuang.web")


@dataclass(frozen=True)
class Failure:
    """A failure as a page says it."""

    status: int
    title: str
    sentence: str
    code: str = ""


SAID = {
    400: Failure(400, "请求无法理解", "浏览器发来的内容不完整，请返回上一页，刷新后再试。"),
    403: Failure(403, "没有权限", "您的岗位不能打开这一页。如确需办理，请联系本单位管理员。"),
    404: Failure(404, "没有找到这一页", "网址可能写错了，或者内容已移走。请从上方菜单进入，或按办件编号查找。"),
    405: Failure(405, "不能这样打开", "这个网址只能由页面上的按钮提交。请返回上一页重新操作。"),
    413: Failure(413, "上传的内容过大", "一次提交合计不能超过 160 MB，单个文件不能超过 20 MB。请返回上一页分开上传。"),
    500: Failure(500, "系统出错了", Refusal().sentence),
}
RETRY_SECONDS = 60
"""After how long a program that asks for pages may try again."""
_TITLES = {
    401: "请先登录", 403: "没有权限", 404: "没有找到", 409: "情况已经变化", 413: "上传的内容过大", 422: "内容需要改正",
    429: "操作过于频繁", 500: "没有完成", 503: "系统暂时不能写入",
}  # fmt: skip


def register(app: Flask) -> None:
    """Let ``app`` answer refusals and faults with pages; the API answers its own."""
    app.register_error_handler(Unauthenticated, stranger)
    app.register_error_handler(OwesPassword, owing)
    app.register_error_handler(OwesFactor, owing)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(FormError, unreadable)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(Exception, fault)


def status_for(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal."""
    return status_of(refusal)


def stranger(refusal: Unauthenticated) -> AnyResponse:
    """Lead a person without a session to the sign-in page; what was typed comes along."""
    if is_fragment():
        return _part_of_a_page()
    typed = returning.typed_in(request)
    if signed_in() is not None:
        return _other_session(typed, refusal)
    if request.method in SAFE_METHODS:
        return redirect(url_for("sign_in.show", next=returning.wanted(request) or None))
    sentence = refusal.sentence if typed is not None else "请重新登录后再操作一次。"
    shown = SessionEnded(sentence)
    from web.sign_in import page_for  # imported late: the sign-in page itself fails through this module

    return page_for(status=401, refusal=shown, resume=typed.packed() if typed else "")


def owing(refusal: Refusal) -> AnyResponse:
    """Say what the session owes first; what was typed is kept on the page."""
    typed = None if is_fragment() else returning.typed_in(request)
    if typed is None:
        return refused(refusal)
    return returning.page_with(typed, sentence=refusal.sentence, owed=owed_page(), status=status_for(refusal))


def refused(refusal: Refusal) -> AnyResponse:
    """Say why something was refused."""
    status = status_for(refusal)
    return _page(Failure(status, _TITLES.get(status, "没有完成"), refusal.sentence, refusal.code))


def unreadable(error: FormError) -> AnyResponse:
    """Say that a form's answer cannot be read at all."""
    return _page(Failure(422, "填写的内容无法读取", error.sentence, error.code))


def http_fault(error: HTTPException) -> AnyResponse:
    """Say what HTTP itself refuses: an unknown address, a wrong method, too much content."""
    status = error.code or 500
    said = SAID.get(status)
    if said is None:
        said = Failure(status, "没有完成", "请返回上一页，刷新后再试。")
    if isinstance(error, RequestEntityTooLarge):
        said = SAID[413]
    response = _page(said)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def fault(error: Exception) -> AnyResponse:
    """Log what nobody foresaw, and say so without its details."""
    LOG.error("%s %s failed", request.method, request.url_rule, exc_info=error)
    return http_fault(InternalServerError())


def _other_session(typed: returning.Typed | None, refusal: Unauthenticated) -> Response:
    """The person is signed in, but the form was made for an earlier session of this browser."""
    if typed is not None:
        return returning.page_with(typed, sentence=refusal.sentence, status=403)
    return _page(Failure(403, "页面已过期", "这个页面是另一次登录时打开的，请刷新页面后再操作一次。", refusal.code))


def _page(failure: Failure) -> Response:
    if is_fragment():
        return make_response(render_template("failure_part.html", failure=failure), failure.status)
    response = make_response(render_template("failure.html", failure=failure), failure.status)
    if failure.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _part_of_a_page() -> Response:
    """A page that only refreshes itself says that the session has ended; what is typed on it stays."""
    response = make_response(render_template("session_part.html"), 401)
    response.headers["HX-Retarget"] = "#yc-notice"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
