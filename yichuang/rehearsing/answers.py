"""Made-up applicants, papers and signatures, and the words of a script that stand for them."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any

from engine.door import Door
from engine.foundation.blobs.rules import admit
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Actor
from engine.oversight.rehearsal.forming import FILE, SIGNATURE
from engine.oversight.rehearsal.script import day_word
from engine.process.documents.commands import AddUpload
from processes.items import Item

PERSON: Mapping[str, Any] = {
    "applicant_kind": "person", "applicant_name": "演练申请人", "id_kind": "resident_id",
    "id_no": "410502199003070010", "phone": "13800001234", "address": "安阳市文峰区演练路1号",
}  # fmt: skip
COMPANY: Mapping[str, Any] = {
    "applicant_kind": "organisation", "applicant_name": "安阳演练有限公司", "id_kind": "uscc",
    "id_no": "91410500MA9TEXT01Y", "legal_representative": "李秀兰", "phone": "13800005678",
    "address": "安阳市北关区演练路2号",
}  # fmt: skip
_NATURAL = "1"
_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def filled(door: Door, actor: Actor, raw: Any) -> Any:
    """Return a script's answer with its words replaced; papers are brought by ``actor``.

    ``$file`` is a made-up scan (in a list of files, or in the place of one), ``$signature`` a drawn signature,
    ``$today`` and ``$today+3`` a day.
    """
    if isinstance(raw, Mapping):
        return {key: filled(door, actor, value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_brought(door, actor, "扫描件.pdf", _PDF) if one == FILE else filled(door, actor, one) for one in raw]
    if raw == FILE:
        return [_brought(door, actor, "扫描件.pdf", _PDF)]
    if raw == SIGNATURE:
        return {"mode": "drawn", "files": [_brought(door, actor, "签名.png", _PNG)]}
    return day_word(raw, city_date(door.now())) if isinstance(raw, str) else raw


def application(door: Door, actor: Actor, item: Item, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is handed in for ``item``: a made-up applicant and papers, and whatever the script tells instead."""
    person = told.get("applicant_kind", "person" if _NATURAL in item.apply_object else "organisation") == "person"
    answer: dict[str, Any] = {**(PERSON if person else COMPANY), **filled(door, actor, told)}
    rows = {str(row.get("no")): row for row in answer.get("materials", []) if isinstance(row, Mapping)}
    wanted = [one for one in item.materials if one.form == "electronic" and one.copies and str(one.no) not in rows]
    for one in wanted:
        files = filled(door, actor, FILE)
        rows[str(one.no)] = {
            "no": str(one.no), "provided_form": "electronic", "copies": one.copies, "files": files
        }  # fmt: skip
    return {**answer, "materials": list(rows.values())}


def _brought(door: Door, actor: Actor, name: str, content: bytes) -> dict[str, Any]:
    safe, media_type = admit(name, content)
    digest = door.part(Blobs).put(content)
    command = AddUpload(digest=digest, file_name=safe, media_type=media_type, size=len(content))
    door.execute(command, actor, key=f"rehearsal:upload:{uuid.uuid4().hex}")
    return {"digest": digest, "name": safe, "size": len(content), "media_type": media_type}
