"""Reading: pairs of a page, JSON of the API, first values, acts on rows, drawn signatures."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import pytest

import forms
from tests.forms.samples import PDF, PHOTO, PNG, UPLOADS, answer, context, context_of

ROWS = [("visitors[0].account", "D11"), ("visitors[0].name", "张审查"), ("visitors[2].account", "D14")]


def test_other_names_in_a_page_are_passed_over():
    data = forms.read_html(forms.load("decide"), [("_csrf", "x"), ("_act", "submit"), ("decision", "grant")])
    texts = ("owed_reason", "major_reason", "reason", "reasons", "legal_basis", "remedies", "opinion")
    assert data == {"major": False, "decision": "grant", **dict.fromkeys(texts, "")}


def test_rows_are_read_by_index_and_gaps_close():
    data = forms.read_html(forms.load("plan_visit"), ROWS)
    assert data["visitors"] == [{"account": "D11", "name": "张审查"}, {"account": "D14", "name": ""}]


def test_a_row_that_only_has_an_upload_is_still_a_row():
    data = forms.read_html(forms.load("application"), [], {"materials[0].files": [PDF]})
    assert data["materials"][0]["files"] == [PDF.as_data()]


def test_of_a_fixed_row_only_the_row_key_is_read_of_what_is_read_only():
    sent = [("materials[0].no", "1"), ("materials[0].name", "改名"), ("materials[0].copies_received", "2")]
    assert forms.read_html(forms.load("receive_paper"), sent)["materials"] == [{"no": "1", "copies_received": "2"}]


def test_new_files_join_the_ones_kept_and_strange_digests_are_dropped():
    sent = [("files.kept", PDF.digest), ("files.kept", "d" * 64)]
    data = forms.read_html(forms.load("make_result"), sent, {"files": [PHOTO]}, UPLOADS)
    assert data["files"] == [PDF.as_data(), PHOTO.as_data()]


def test_of_repeated_values_the_last_counts():
    assert (
        forms.read_html(forms.load("decide"), [("decision", "grant"), ("decision", "return")])["decision"] == "return"
    )


def test_too_many_pairs_or_rows_are_refused():
    with pytest.raises(forms.AnswerUnreadable, match="填写项过多"):
        forms.read_html(forms.load("decide"), [("x", "y")] * 5001)
    with pytest.raises(forms.AnswerUnreadable, match="超过100项"):
        forms.read_html(forms.load("plan_visit"), [(f"visitors[{i}].name", "x") for i in range(101)])


# First values ---------------------------------------------------------------------------------------------


def test_first_values_come_from_the_context_then_the_form():
    given = context(defaults={"note": "已电话联系"}, rows=context_of("application").rows)
    first = forms.initial(forms.load("application"), given)
    assert (first["received_at"], first["channel"], first["note"]) == ("2026-03-02T09:18", "1", "已电话联系")
    assert [row["name"] for row in first["materials"]] == ["食品经营许可申请书", "营业执照", "食品安全规章制度"]


def test_a_row_of_the_context_may_bring_first_values_for_what_is_typed():
    rows = [{"no": 1, "name": "申请书", "copies_required": 2, "provided_form": "original", "copies": 2}]
    first = forms.initial(forms.load("application"), context(rows={"materials": rows}))["materials"][0]
    assert (first["provided_form"], first["copies"], first["original_checked"]) == ("original", 2, False)


def test_an_open_list_starts_with_its_least_number_of_empty_rows():
    first = forms.initial(forms.load("plan_visit"), context())
    assert first["visitors"] == [{"account": "", "name": ""}] * 2
    planned = context(defaults={"visitors": [{"account": "D11", "name": "张审查"}]})
    assert forms.initial(forms.load("plan_visit"), planned)["visitors"] == [{"account": "D11", "name": "张审查"}]


def test_first_values_are_not_shared():
    schema = forms.load("archive")
    given = context_of("receive_paper")
    forms.initial(forms.load("receive_paper"), given)["materials"][0]["name"] = "改"
    assert forms.initial(forms.load("receive_paper"), given)["materials"][0]["name"] == "食品经营许可申请书"
    assert schema == forms.load("archive")


# JSON -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [None, [], "x", 7, {1: 2}])
def test_a_body_that_is_no_object_is_refused(body):
    with pytest.raises(forms.AnswerUnreadable, match="JSON 对象"):
        forms.read_json(forms.load("decide"), body, context())


def test_keys_left_out_take_what_a_page_would_show():
    data = forms.read_json(forms.load("pick_up"), {"receiver_name": "王建国"}, context())
    assert (data["receiver_kind"], data["receiver_id_kind"]) == ("self", "resident_id")
    rows = [{"no": 1, "verdict": "complete", "copies": 1}]
    given = context(rows={"materials": [{"no": 1, "name": "申请书", "copies_required": 1, "copies": 9}]})
    merged = forms.read_json(forms.load("formal_review"), {"materials": rows}, given)["materials"]
    assert merged[0]["name"] == "申请书"
    assert merged[0]["copies"] == 1


def test_an_open_list_left_out_is_empty_and_not_one_empty_row():
    assert forms.read_json(forms.load("plan_visit"), {}, context())["visitors"] == []


def test_unknown_keys_and_wrong_types_stay_for_validation_to_report():
    data = forms.read_json(forms.load("decide"), {"decision": 1, "more": True}, context())
    assert set(forms.validate(forms.load("decide"), data, context()).errors) == {"decision", "more"}
    strange = forms.read_json(forms.load("receive_paper"), {"materials": "x"}, context_of("receive_paper"))
    assert forms.validate(forms.load("receive_paper"), strange, context_of("receive_paper")).errors["materials"]


# Fields that a choice brings ----------------------------------------------------------------------------


def test_a_field_that_a_choice_brings_comes_with_its_first_value_and_an_emptied_one_stays_empty():
    schema = forms.load("reject")
    pairs = [("ground", "not_competent"), ("reasons", "不属于本机关职权")]
    data = forms.read_html(schema, pairs)
    assert data["remedies"] == ""
    brought = forms.with_first_values(schema, data, dict(pairs), context())
    assert "行政复议" in brought["remedies"]
    assert brought["reasons"] == "不属于本机关职权"
    emptied = [*pairs, ("remedies", "")]
    assert forms.with_first_values(schema, forms.read_html(schema, emptied), dict(emptied), context())["remedies"] == ""


def test_what_the_context_proposes_is_brought_too_and_an_unticked_box_stays_unticked():
    schema, proposed = forms.load("decide"), context(defaults={"remedies": "可以申请行政复议", "major": True})
    data = forms.read_html(schema, [("decision", "deny")])
    brought = forms.with_first_values(schema, data, ["decision"], proposed)
    assert (brought["remedies"], brought["major"], brought["decision"]) == ("可以申请行政复议", False, "deny")


# Acts on rows ---------------------------------------------------------------------------------------------


def test_rows_are_added_and_deleted_without_losing_what_was_typed():
    schema = forms.load("plan_visit")
    data = forms.read_html(schema, [*ROWS, ("place", "光华路")])
    added = forms.row_act(schema, data, "add:visitors")
    assert [row.get("account") for row in added["visitors"]] == ["D11", "D14", None]
    assert forms.row_act(schema, added, "del:visitors:0")["visitors"] == added["visitors"][1:]
    assert added["place"] == "光华路"
    assert len(data["visitors"]) == 2
    assert forms.row_act(schema, data, "refresh") == data


@pytest.mark.parametrize(
    "act",
    [
        "",
        "submit",
        "add:nothing",
        "del:visitors",
        "del:visitors:7",
        "add:visitors:1",
        "add:visitors;",
        "del:visitors:-1",
    ],
)
def test_an_act_that_does_not_exist_is_refused(act):
    with pytest.raises(forms.RowActUnknown, match="不能执行"):
        forms.row_act(forms.load("plan_visit"), answer("plan_visit"), act)


def test_rows_of_a_fixed_list_cannot_be_added_or_deleted():
    for act in ("add:materials", "del:materials:0"):
        with pytest.raises(forms.RowActUnknown):
            forms.row_act(forms.load("receive_paper"), answer("receive_paper"), act)


def test_no_more_rows_than_allowed():
    full: dict[str, Any] = {"visitors": [{} for _ in range(20)]}
    with pytest.raises(forms.RowActUnknown):
        forms.row_act(forms.load("plan_visit"), full, "add:visitors")


# Signatures -----------------------------------------------------------------------------------------------


def png(width: int = 60, height: int = 20) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def data_url(image: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(image).decode()


def test_a_drawn_signature_is_stored_before_it_is_checked():
    schema, kept = forms.load("sign_result"), []

    def keep(name: str, image: bytes) -> forms.UploadRef:
        kept.append((name, image))
        return PNG

    raw = forms.read_html(schema, [("signature", data_url(png()))])
    data = forms.keep_signatures(schema, raw, keep)
    assert kept == [("signature", png())]
    assert data["signature"] == {"mode": "drawn", "files": [PNG.as_data()]}
    assert raw["signature"].startswith("data:image/png")


@pytest.mark.parametrize(
    "value",
    [
        "王建国",
        "data:image/png;base64,",
        "data:image/png;base64,####",
        data_url(b"GIF89a" + b"\0" * 60),
        data_url(png(3001, 1)),
        data_url(png()[:20]),
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64," + "A" * 400_000,
        None,
        7,
    ],
)
def test_what_is_no_picture_of_a_signature_is_not_stored_and_is_refused(value):
    def never(name: str, image: bytes) -> forms.UploadRef:
        raise AssertionError(name)

    schema = forms.load("pick_up")
    data = forms.keep_signatures(schema, answer("pick_up", signature=value), never)
    assert "signature" in forms.validate(schema, data, context_of("pick_up")).errors


def test_a_png_is_known_by_its_head_and_its_size():
    assert forms.is_signature_png(png())
    assert not forms.is_signature_png(png() + b"\0" * 300_000)
    assert not forms.is_signature_png(b"")
    assert forms.png_bytes(data_url(png())) == png()


@pytest.mark.parametrize(
    "value",
    [
        {"mode": "drawn", "files": []},
        {"mode": "drawn"},
        {"mode": "stamp", "files": [PNG.as_data()]},
        {"mode": "drawn", "files": [PNG.as_data(), PDF.as_data()]},
        {"mode": "drawn", "files": [{"digest": "d" * 64}]},
        {"mode": "paper", "files": [], "more": 1},
        {"files": [PNG.as_data()]},
        ["drawn"],
    ],
)
def test_a_signature_has_a_mode_and_one_picture(value):
    assert forms.validate(
        forms.load("sign_result"), answer("sign_result", signature=value), context_of("sign_result")
    ).errors


def test_a_kept_drawing_survives_an_error_page_and_paper_brings_its_scan():
    schema = forms.load("pick_up")
    drawn = forms.read_html(schema, [("signature", ""), ("signature.kept", PNG.digest)], {}, UPLOADS)
    assert drawn["signature"] == {"mode": "drawn", "files": [PNG.as_data()]}
    paper = forms.read_html(schema, [("signature.on_paper", "true")], {"signature.scan": [PDF]})
    assert paper["signature"] == {"mode": "paper", "files": [PDF.as_data()]}
    again = forms.read_html(schema, [("signature.on_paper", "true"), ("signature.scan.kept", PDF.digest)], {}, UPLOADS)
    assert again["signature"] == paper["signature"]
    assert forms.read_html(schema, [("signature", "")])["signature"] is None


def pick_up_errors(**changes: Any) -> dict[str, str]:
    return forms.validate(forms.load("pick_up"), answer("pick_up", **changes), context_of("pick_up")).errors


def test_paper_needs_its_scan_where_the_form_says_so():
    assert "扫描件" in pick_up_errors(signature={"mode": "paper", "files": []})["signature"]
    assert pick_up_errors(signature={"mode": "paper", "files": [PDF.as_data()]}) == {}
