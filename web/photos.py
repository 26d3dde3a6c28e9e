"""用手机拍照, at the desk: the links of one form, what has come in by them, and putting it into the form.

The typed input needs no draft of its own: every button sends the whole form, and the page that comes back is filled
with it, as when a row is added.  The form carries the tokens of its links in hidden fields, so that a form that is no
task's (a new application, an act of a case) has them too, and two forms in two windows never mix their photographs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.foundation.blobs.checks import FileCheck, checks_of
from engine.foundation.clock import CITY
from engine.foundation.errors import Conflict, NotFound
from engine.foundation.vault import token_hash
from engine.process.documents.issuing import Centre
from engine.process.tasks.phone.commands import ClosePhoneLink, OpenPhoneLink, TakePhotos
from engine.process.tasks.phone.queries import files_of, link_by_id, link_by_token, links_of_task
from engine.process.tasks.phone.rules import PhoneFile, PhoneLink, PhoneLinkGone, new_token
from engine.registry.identity.reading import Reading
from engine.registry.policies.queries import figure
from forms import Context, Data, UploadRef
from forms.model import field_id
from web.answers import Posted
from web.page import new_key
from web.qr import qr_svg
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("photos", __name__)

MOST_LINKS = 40
"""So many links a form may carry; no form has more upload fields in use at a time."""
LOOK, TAKE = "phone-look", "phone-take"
"""What the buttons say that change nothing but the page: show what has come in; put what was shown into the form."""
_THIS_HOST = frozenset({"127.0.0.1", "localhost", "::1"})


class PhotosArrived(Conflict):
    """手机又传来 {count} 个文件，已列在“{title}”栏下，还没有提交。请核对后再次提交。"""

    code = "PHOTOS_ARRIVED"


class UploadFieldMissing(NotFound):
    """表单中没有这一上传栏，请刷新页面后再试。"""

    code = "UPLOAD_FIELD_MISSING"


@dataclass(frozen=True)
class Place:
    """Where a form stands: its address, the item it is about, and its case and task when there are."""

    url: str
    about: str
    root_id: str = ""
    task_id: str = ""


@dataclass(frozen=True)
class Panel:
    """A link as the desk shows it; ``token`` is empty when the page no longer knows it, and then there is no code."""

    link: PhoneLink
    token: str
    open: bool
    arrived: list[PhoneFile]
    """What has come in and was not put into the form yet."""
    taken: int
    checks: Mapping[str, FileCheck]
    most: int

    @property
    def until(self) -> str:
        """The minute the link ends by itself, in the city."""
        return self.link.expires_at.astimezone(CITY).strftime("%H:%M")


class Photos:
    """The links of one form through one request."""

    def __init__(self, place: Place, schema: Mapping[str, Any], context: Context) -> None:
        """Read the tokens that the posted form carries; those of another form or person are passed over."""
        self._place = place
        self._schema = schema
        self._context = context
        self._tokens: dict[str, str] = {}
        carried = request.form.getlist("_phone")[:MOST_LINKS]
        if not carried:
            return
        with door().read(actor()) as view:
            for token in carried:
                link = link_by_token(view.connection, token)
                if link is not None and self._belongs(link):
                    self._tokens[link.id] = token

    def take(self, posted: Posted, act: str, key: str) -> Posted:
        """Put what has come in, and the page has shown, into the answer; whoever only looks takes nothing."""
        data: Data = posted.data
        fresh: dict[str, UploadRef] = {}
        if act == LOOK:
            return posted
        for panel in self._panels():
            numbers = self._seen(panel.link)
            if not numbers:
                continue
            command = TakePhotos(root_id=panel.link.root_id, link_id=panel.link.id, numbers=numbers)
            # A form keeps its key while it is filled in, and more photographs may come in meanwhile.
            these = hashlib.sha256(repr(numbers).encode()).hexdigest()[:16]
            outcome = door().execute(command, actor(), key=f"{key}:{panel.link.id}:{these}")
            refs = [UploadRef(**one) for one in outcome["files"]]
            data = forms.add_files(data, panel.link.field, refs)
            fresh |= {ref.digest: ref for ref in refs}
        known = None if posted.context.uploads is None else {**posted.context.uploads, **fresh}
        return replace(posted, data=data, context=replace(posted.context, uploads=known))

    def press(self, act: str, data: Mapping[str, Any]) -> bool:
        """Do what a button of a telephone says; tell whether it was one.

        Raises :class:`UploadFieldMissing`, and what the door refuses.
        """
        word, _, about = act.partition(":")
        if word == "phone":
            self._open(about, data)
        elif word == "phone-end":
            for panel in self._panels():
                if panel.link.id == about:
                    self._close(panel.link)
        return word in ("phone", "phone-end", LOOK, TAKE)

    def refuse_unseen(self) -> None:
        """Raise :class:`PhotosArrived` when something has come in that the page sent just now did not show."""
        for panel in self._panels():
            unseen = [file for file in panel.arrived if file.number not in self._seen(panel.link)]
            if unseen:
                raise PhotosArrived(count=len(unseen), title=panel.link.title)

    def close(self) -> None:
        """End the links: the form was sent."""
        for panel in self._panels():
            if panel.open:
                self._close(panel.link)

    def shown(self) -> dict[str, Markup]:
        """Return what stands beside each upload field that has a link."""
        found: dict[str, Markup] = {}
        for panel in self._panels():
            field = panel.link.field
            if panel.open or panel.arrived:
                found[field] = found.get(field, Markup()) + _markup("phone_panel.html", panel, self._place.url)
        return found

    def _belongs(self, link: PhoneLink) -> bool:
        same = (link.task_id or "") == self._place.task_id
        return same and link.account == actor().account and self._place.root_id in ("", link.root_id)

    def _seen(self, link: PhoneLink) -> tuple[int, ...]:
        """Return the files of a link that the posted page has shown."""
        ids = (value.partition(":") for value in request.form.getlist("_phone_seen")[:1000])
        return tuple(sorted({int(n) for id, _, n in ids if id == link.id and n.isascii() and n.isdigit()}))

    def _panels(self) -> list[Panel]:
        """Return the form's links as they are now, the newest of each field last."""
        if not self._tokens and not self._place.task_id:
            return []
        with door().read(actor()) as view:
            links = [link_by_id(view.connection, id) for id in self._tokens]
            if self._place.task_id:
                mine = links_of_task(view.connection, self._place.task_id, actor().account)
                links += [link for link in mine if link.id not in self._tokens]
            links.sort(key=lambda link: link.opened_at)
            return _panels_of(view, links, self._tokens)

    def _open(self, field: str, data: Mapping[str, Any]) -> None:
        titles = forms.file_fields(self._schema, data, self._context)
        if field not in titles:
            raise UploadFieldMissing
        token = new_token()
        earlier = tuple(panel.link.id for panel in self._panels() if panel.link.field == field and panel.open)
        command = OpenPhoneLink(
            task_id=self._place.task_id, root_id=self._place.root_id, field=field, title=titles[field][:200],
            about=self._place.about[:120], token_hash=token_hash(token), replaces=earlier,
        )  # fmt: skip
        outcome = door().execute(command, actor(), key=f"phone:{token_hash(token)}")
        self._tokens[str(outcome["link_id"])] = token

    def _close(self, link: PhoneLink) -> None:
        door().execute(ClosePhoneLink(root_id=link.root_id, link_id=link.id), actor(), key=new_key())


@blueprint.get("/phones/<link_id>")
@page(action="phone_link.open")
def arrived(link_id: str) -> AnyResponse:
    """Show what has come in by one's own link: the part of the page that refreshes itself."""
    with door().read(actor(), action="phone_link.open") as view:
        link = link_by_id(view.connection, link_id[:26])
        if link.account != actor().account:
            raise PhoneLinkGone
        panel = _panels_of(view, [link], {})[0]
    return make_response(_markup("phone_arrived.html", panel, ""))


def public_root() -> str:
    """Return the address by which a telephone reaches this house.

    The configured one; while that is this machine's own, which no telephone can open, the one the desk itself used.
    """
    known = door().part(Centre).public_url
    return request.host_url.rstrip("/") if urlsplit(known).hostname in _THIS_HOST else known


def _panels_of(view: Reading, links: list[PhoneLink], tokens: Mapping[str, str]) -> list[Panel]:
    files = files_of(view.connection, [link.id for link in links])
    checks = checks_of(view.connection, [file.digest for listed in files.values() for file in listed])
    most = figure(view.connection, "phone_link_files")
    return [
        Panel(
            link, tokens.get(link.id, ""), link.open_at(view.now) and len(files.get(link.id, ())) < most,
            [file for file in files.get(link.id, ()) if file.state == "arrived"],
            sum(file.state == "taken" for file in files.get(link.id, ())), checks, most,
        )
        for link in links
    ]  # fmt: skip


def _markup(template: str, panel: Panel, url: str) -> Markup:
    code, root = None, public_root()
    if panel.token and panel.open:
        code = qr_svg(f"{root}/p/{panel.token}", title=f"手机拍照二维码：{panel.link.title}")
    html = render_template(
        template, panel=panel, code=code, back=f"{url}#{field_id(panel.link.field)}",
        unreachable=root if urlsplit(root).hostname in _THIS_HOST else "",
    )  # fmt: skip
    return Markup(html)  # noqa: S704 - made by our templates with autoescape on
