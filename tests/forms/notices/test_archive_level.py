"""Every document claims PDF/A-2a and PDF/UA-1, and a check of our own agrees; the check itself is tested."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from tests.forms.notices.samples import DATA, printed

PDF = pikepdf.Pdf


def faults(content: bytes) -> list[str]:
    """What stands against PDF/A-2a and PDF/UA-1 in a file, as far as its structure shows."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root: Any = pdf.Root
        empty: Any = {}
        found = ["encrypted"] if pdf.is_encrypted else []
        found += [] if "/ID" in pdf.trailer else ["no file identifier"]
        found += _metadata_faults(pdf)
        intents = [one for one in root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
        found += [] if any("/DestOutputProfile" in one for one in intents) else ["no output intent"]
        found += [] if root.get("/MarkInfo", empty).get("/Marked") else ["not marked"]
        found += [] if "/StructTreeRoot" in root else ["no structure"]
        found += [] if str(root.get("/Lang", "")).startswith("zh") else ["no language"]
        found += [] if root.get("/ViewerPreferences", empty).get("/DisplayDocTitle") else ["title not displayed"]
        names = root.get("/Names", empty)
        found += ["attachment"] if "/EmbeddedFiles" in names else []
        found += ["script"] if "/JavaScript" in names or "/OpenAction" in root or "/AA" in root else []
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                found += _object_faults(thing)
        return found


def _metadata_faults(pdf: PDF) -> list[str]:
    if "/Metadata" not in pdf.Root:
        return ["no metadata"]
    xmp = pdf.Root.Metadata.read_bytes().decode()
    claims = {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
    return [f"no claim {name}" for name, value in claims.items() if not re.search(rf"{name}(?:>|=\"){value}[<\"]", xmp)]


def _object_faults(thing: pikepdf.Dictionary | pikepdf.Stream) -> list[str]:
    found = []
    if thing.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.keys()):
        found.append("font not embedded")
    if thing.get("/Subtype") == "/Type0" and "/ToUnicode" not in thing:
        found.append("text cannot be read out")
    if thing.get("/Subtype") == "/Type3":
        found.append("drawn font")
    if thing.get("/S") in ("/JavaScript", "/Launch"):
        found.append("script")
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == "/LZWDecode":
        found.append("LZW")
    return found


def damaged(content: bytes, damage: Callable[[PDF], None]) -> bytes:
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        damage(pdf)
        pdf.save(result)
    return result.getvalue()


@pytest.mark.parametrize("kind", sorted(DATA))
def test_every_document_is_fit_for_the_archive_and_for_screen_readers(kind):
    assert faults(printed(kind)) == []


def test_a_notice_of_many_pages_is_fit_too():
    rows = [{"name": f"材料{i}", "copies": 1, "advice": "请补正"} for i in range(40)]
    assert faults(printed("correction_notice", materials=rows)) == []


def _remove(key: str) -> Callable[[PDF], None]:
    def damage(pdf: PDF) -> None:
        del pdf.Root[key]

    return damage


def _script(pdf: PDF) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))


def _attach(pdf: PDF) -> None:
    pdf.attachments["x.txt"] = b"x"


def _strip_fonts(pdf: PDF) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            for name in ("/FontFile2", "/FontFile3"):
                if name in thing:
                    del thing[name]


@pytest.mark.parametrize(
    "damage, fault",
    [
        (_remove("/OutputIntents"), "no output intent"),
        (_remove("/StructTreeRoot"), "no structure"),
        (_remove("/Lang"), "no language"),
        (_remove("/MarkInfo"), "not marked"),
        (_remove("/Metadata"), "no metadata"),
        (_script, "script"),
        (_attach, "attachment"),
        (_strip_fonts, "font not embedded"),
    ],
)
def test_the_check_finds_each_damage(damage, fault):
    assert fault in faults(damaged(printed("acceptance_notice"), damage))
    assert faults(damaged(printed("acceptance_notice"), lambda pdf: None)) == []
