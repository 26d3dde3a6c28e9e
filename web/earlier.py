"""以往办件: what the intake page offers to take over from an applicant's earlier cases (4.1.6, 6.2.4)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from engine.casework.cases.earlier import Known, known_of
from engine.casework.cases.queries import CaseFile
from engine.registry.identity.reading import Reading
from forms import checks
from web import words
from web.sessions import actor, door

FIELDS = {"name": "applicant_name", "phone": "phone", "address": "address"}


@dataclass(frozen=True)
class OfferedFile:
    """An electronic material of an earlier case that fits a material of the present application."""

    digest: str
    name: str
    material: str
    case_no: str


@dataclass(frozen=True)
class Panel:
    """What was found, masked; ``done`` says what was taken over just now."""

    cases: tuple[CaseFile, ...] = ()
    name: str = ""
    phone: str = ""
    address: str = ""
    files: tuple[OfferedFile, ...] = ()
    done: str = ""


def look_up(id_no: str, materials: Iterable[str]) -> Panel:
    """Return what is known of the number; that it was asked stands in the reader's own journal."""
    with door().read(actor(), action="application.receive") as view:
        panel = _panel(view, id_no, frozenset(materials))
    masked = checks.mask_resident_id(id_no.strip())
    door().note_view(actor(), f"证件号码 {masked} 的以往办件（{len(panel.cases)} 件）")
    return panel


def take_over(data: Mapping[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[dict[str, Any], Panel]:
    """Return the typed data with what the clerk chose filled in, and the panel that says so.

    ``rows`` are the materials asked for in each list of the form, with ``no`` and ``name``.
    """
    chosen, digests = set(request.form.getlist("take")), set(request.form.getlist("take_file"))
    id_no = str(data.get("id_no") or "")
    with door().read(actor(), action="application.receive") as view:
        known = known_of(view, id_no)
    result = copy.deepcopy(dict(data))
    if known.applicant is not None:
        clear = {"name": known.applicant.name, "phone": known.applicant.phone, "address": known.applicant.address}
        result |= {FIELDS[key]: value for key, value in clear.items() if key in chosen and value}
        _same_kind(result, known)
    taken = 0
    for path, asked in rows.items():
        names = {str(row["no"]): str(row["name"]) for row in asked}
        taken += _attach(result.get(path), names, known, digests)
    door().note_view(actor(), f"证件号码 {checks.mask_resident_id(id_no)} 的以往信息，并沿用电子材料 {taken} 份")
    return result, Panel(done=f"已沿用以往办件的信息和 {taken} 份电子材料，请核对后提交。")


def _same_kind(result: dict[str, Any], known: Known) -> None:
    if known.applicant is not None:
        result |= {"applicant_kind": known.applicant.kind, "id_kind": known.applicant.id_kind}
        if known.applicant.legal_representative:
            result["legal_representative"] = known.applicant.legal_representative


def _attach(rows: Any, names: Mapping[str, str], known: Known, digests: set[str]) -> int:
    """Attach chosen files to the rows of their material; a row that has a file electronically needs no paper."""
    taken = 0
    for row in rows if isinstance(rows, list) else ():
        for digest in sorted(digests & known.files.keys()):
            one = known.files[digest]
            if one.material != names.get(str(row.get("no"))):
                continue
            ref = {"digest": digest, "name": one.upload.file_name, "size": one.upload.size,
                   "media_type": one.upload.media_type}  # fmt: skip
            kept = [file for file in row.get("files") or [] if file["digest"] != digest]
            row |= {"files": [*kept, ref], "provided_form": "electronic"}
            taken += 1
    return taken


def _panel(view: Reading, id_no: str, materials: frozenset[str]) -> Panel:
    known = known_of(view, id_no)
    if known.applicant is None:
        return Panel()
    who = known.applicant
    numbers = {case.root_id: case.case_no for case in known.cases}
    files = [
        OfferedFile(digest, one.upload.file_name, one.material, numbers[one.source_root])
        for digest, one in sorted(known.files.items(), key=lambda pair: pair[1].material)
        if one.material in materials
    ]
    return Panel(
        cases=known.cases, name=words.person_or_firm(who.kind, who.name), phone=checks.mask_phone(who.phone),
        address=checks.mask_address(who.address) if who.address else "", files=tuple(files),
    )  # fmt: skip
