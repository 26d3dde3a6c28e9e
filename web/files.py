"""文件: a file of a case as a download that can run nothing, and its picture as something to look at."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, make_response

from engine.casework.cases.queries import visible_case
from engine.casework.cases.sharing.sight import file_in_sight
from engine.foundation.blobs.checks import FileCheck, checks_of, refuse_unsafe
from engine.foundation.blobs.queries import Upload, UploadMissing, usable_uploads
from engine.foundation.blobs.storage import Blobs
from engine.foundation.errors import NotFound
from engine.registry.identity.reading import Reading
from web.security import FILE_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("files", __name__)

IMAGE_POLICY = "default-src 'none'; sandbox"
"""A picture of our own making, shown by an <img>: it loads nothing and runs nothing."""


class NoPreview(NotFound):
    """这个文件没有预览，请下载后查看（{why}）。"""

    code = "NO_PREVIEW"


@blueprint.get("/cases/<case_no>/files/<digest>")
@page(action="case.see")
def download(case_no: str, digest: str) -> Response:
    """Send a file of the case; one with a virus, or one that is being scanned, stays closed."""
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        found = file_in_sight(view, case, digest)
        refuse_unsafe(view.connection, digest, found.file_name)
    door().note_view(actor(), f"办件 {case.case_no} 的文件“{found.file_name}”")
    response = make_response(door().part(Blobs).get(found.digest))
    response.headers["Content-Type"] = found.media_type
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@blueprint.get("/cases/<case_no>/files/<digest>/preview")
@page(action="case.see")
def preview(case_no: str, digest: str) -> Response:
    """Send the picture of a file of the case: always a JPEG that this house made, never the file itself."""
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        return _picture(view, file_in_sight(view, case, digest))


@blueprint.get("/uploads/<digest>/preview")
@page(action="upload.add")
def loose(digest: str) -> Response:
    """Send the picture of a file that the reader has uploaded and no case has taken yet."""
    with door().read(actor(), action="upload.add") as view:
        found = usable_uploads(view.connection, actor().account, None).get(digest)
        if found is None:
            raise UploadMissing
        return _picture(view, found)


def _picture(view: Reading, found: Upload) -> Response:
    refuse_unsafe(view.connection, found.digest, found.file_name)
    check: FileCheck | None = checks_of(view.connection, [found.digest]).get(found.digest)
    if check is None or check.preview is None:
        raise NoPreview(why=(check.preview_note if check else "") or "还在生成")
    response = make_response(door().part(Blobs).get(check.preview))
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Content-Disposition"] = "inline; filename=preview.jpg"
    response.headers["Content-Security-Policy"] = IMAGE_POLICY
    return response
