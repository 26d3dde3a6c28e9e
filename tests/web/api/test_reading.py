"""What the API tells: lists and pages, a case, its journal and documents, oneself, messages, limits."""

from __future__ import annotations

import hashlib

import pytest

from tests.support.house import COMPANY as COMPANY_FORM
from tests.support.house import PERSON as PERSON_FORM
from tests.web.api.client import Api
from tests.web.api.walks import COMPANY, MARKET_CREW, PERSON, Walk


def test_a_list_of_cases_is_paged_and_searched(api: Api) -> None:
    numbers = []
    for item, applicant in (("I06", PERSON_FORM), ("I06", PERSON_FORM), ("I06", PERSON_FORM), ("I02", COMPANY_FORM)):
        numbers.append(api.house.receive("W01", item, applicant))
        api.house.wait(minutes=1)
    first = api.get("W01", "/cases?limit=3").body
    assert [one["case_no"] for one in first["cases"]] == numbers[::-1][:3]
    assert first["page"]["total"] == 4
    rest = api.get("W01", first["page"]["next"]).body
    assert [one["case_no"] for one in rest["cases"]] == numbers[:1]
    assert rest["page"]["next"] is None
    assert api.get("W01", "/cases?q=餐饮").body["page"]["total"] == 1
    assert api.get("W01", "/cases?status=accepted").body["page"]["total"] == 0
    assert api.get("W01", "/cases?q=%25").body["page"]["total"] == 0, "a per cent sign is no wildcard"
    assert [one["item_code"] for one in api.get("D11", "/cases").body["cases"]] == ["I02"]


def test_T035_persons_are_masked_everywhere(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I06", "applicant": PERSON})
    pages = [sqlite_api.get("W01", path) for path in ("/cases", "/tasks", walk.links["self"], walk.links["history"])]
    for page in pages:
        told = page.content.decode()
        for secret in ("410502199003070010", "13800001234", "测试路1号", "王建国"):
            assert secret not in told
    applicant = walk.case("W01")["applicant"]
    assert applicant["name"] == "王*国"
    assert applicant["id_no"] == "410502********0010"
    assert applicant["phone"] == "138****1234"
    assert applicant["address"] == "安阳市文峰区****"


def test_the_name_and_code_of_an_organisation_are_public(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    applicant = walk.case()["applicant"]
    assert (applicant["name"], applicant["id_no"]) == ("安阳测试餐饮有限公司", "91410500MA9TEXT01Y")
    assert applicant["legal_representative"] == "李*兰"


def test_looking_at_a_case_is_journalled_with_the_reader_and_does_not_change_the_case(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I06", "applicant": PERSON})
    before = len(sqlite_api.house.journal(f"case:{walk.case_no}"))
    walk.case("U81")
    lines = sqlite_api.house.journal("access:U81")
    assert [line.type for line in lines] == ["access.viewed"]
    assert walk.case_no in lines[0].sentence
    assert len(sqlite_api.house.journal(f"case:{walk.case_no}")) == before


def test_the_journal_is_sentences_for_all_and_whole_for_auditors(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I06", "applicant": PERSON})
    plain = api.get("W01", walk.links["history"]).body
    whole = api.get("U81", walk.links["history"]).body
    assert [line["sentence"] for line in plain["lines"]] == [line["sentence"] for line in whole["lines"]]
    assert "收到“社会保障卡补领”" in plain["lines"][0]["sentence"]
    assert not {"data", "hash"} & plain["lines"][0].keys()
    assert whole["lines"][1]["previous"] == whole["lines"][0]["hash"]
    assert whole["lines"][0]["data"]["item"] == "I06"
    assert plain["total"] == len(plain["lines"])


def test_a_long_journal_is_read_page_by_page(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    address = f"/cases/{case_no}/history?limit=5"
    seen: list[int] = []
    total = 0
    while address:
        page = sqlite_api.get("W01", address).body
        seen += [line["seq"] for line in page["lines"]]
        address, total = page["next"], page["total"]
    assert seen == list(range(1, total + 1))
    assert total > 10


def test_steps_tell_who_passed_which_element_of_the_diagram(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    steps = sqlite_api.get("W01", f"/cases/{case_no}/steps").body["steps"]
    assert [one["number"] for one in steps] == list(range(1, len(steps) + 1))
    by_element = {one["element"]: one for one in steps}
    assert by_element["ut_accept"]["account_name"] == "受理员一"


def test_T065_a_documents_file_is_the_same_bytes_whenever_asked(api: Api) -> None:
    case_no = api.house.accepted_instant()
    document = api.get("W01", f"/cases/{case_no}/documents").body["documents"][0]
    assert document["title"] == "收件（受理）通知书"
    first, again = (api.get("W01", document["links"]["pdf"]) for _ in range(2))
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content == again.content
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    told = api.get("W01", document["links"]["self"])
    assert told.body == document


def test_a_document_of_another_case_is_not_found(sqlite_api: Api) -> None:
    house = sqlite_api.house
    mine, other = house.accepted_instant(), house.accepted_instant()
    document = sqlite_api.get("W01", f"/cases/{other}/documents").body["documents"][0]
    refused = sqlite_api.get("W01", f"/cases/{mine}/documents/{document['id']}")
    assert (refused.status, refused.code) == (404, "DOCUMENT_MISSING")
    assert sqlite_api.get("W01", f"/cases/{mine}/documents/none").code == "DOCUMENT_MISSING"


def test_boxes_hold_what_is_mine_what_is_my_roles_and_what_is_my_departments(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I06", "applicant": PERSON})
    assert api.get("W01", "/inbox/counts").body == {"mine": 0, "role": 1, "department": 1}
    api.post("W01", walk.task("ut_formal")["links"]["claim"])
    assert api.get("W01", "/inbox/counts").body == {"mine": 1, "role": 0, "department": 1}
    assert api.get("W01", "/tasks?box=mine").body["tasks"][0]["holder_name"] == "受理员一"
    assert api.get("D11", "/inbox/counts").body == {"mine": 0, "role": 0, "department": 0}


def test_tasks_of_a_case_are_listed_with_those_done(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    states = [one["state"] for one in sqlite_api.get("W01", f"/tasks?case={case_no}&state=all").body["tasks"]]
    assert states == ["completed", "completed", "open"]
    page = sqlite_api.get("W01", f"/tasks?case={case_no}&state=all&limit=1").body["page"]
    assert sqlite_api.get("W01", page["next"]).body["tasks"][0]["element"] == "ut_accept"


def test_an_open_task_names_the_nearest_due_date(sqlite_api: Api) -> None:
    sqlite_api.house.receive("W01", "I02", COMPANY_FORM)
    task = sqlite_api.get("W01", "/tasks").body["tasks"][0]
    assert task["due"] == {"kind": "correction_notice", "kind_name": "一次告知期限", "due_on": "2026-03-09"}


def test_an_opened_task_tells_options_with_their_labels(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    sqlite_api.house.complete("D11", case_no, "ut_substantive", {"findings": "材料真实", "site_visit": "yes"})
    task = sqlite_api.get("D11", f"/tasks?case={case_no}").body["tasks"][0]
    options = sqlite_api.get("D11", task["links"]["self"]).body["context"]["options"]
    labels = {one["value"]: one["label"] for one in options["visitors.account"]}
    assert set(labels) >= {"D11", "D12", "D13"}
    assert labels["D11"].startswith("D11 ")


def test_a_draft_is_kept_for_its_writer_alone(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I06", "applicant": PERSON})
    task = walk.task("ut_formal")
    kept = sqlite_api.post("W01", task["links"]["draft"], {"answer": {"opinion": "等原件", "formal_result": "maybe"}})
    assert kept.body["revision"] == task["revision"]
    assert walk.open("W01", task)["draft"]["opinion"] == "等原件"
    assert walk.open("W02", task)["draft"] is None
    walk.do("ut_formal", {"formal_result": "accept"}, by="W02")
    assert walk.open("W01", task)["draft"] is None


def test_who_am_I(sqlite_api: Api) -> None:
    me = sqlite_api.get("X92", "/me").body
    assert (me["account"], me["person"]) == ("X92", "person-X9")
    assert [(one["role"], one["department"]) for one in me["grants"]] == [("dept_reviewer", "market")]
    assert me["scope"] == {"everything": False, "departments": ["market"]}
    assert "application.receive" not in me["actions"]
    assert "application.receive" in sqlite_api.get("X91", "/me").body["actions"]


def test_T093_the_department_is_told_of_the_delivery(sqlite_api: Api) -> None:
    house = sqlite_api.house
    case_no = house.decided_commitment()
    house.make_and_sign(case_no, ("D11", "D12", "D13"))
    house.pick_up(case_no, "李秀兰", "41050219850612002X")
    told = sqlite_api.get("D12", "/notifications").body["notifications"]
    assert [(one["kind"], one["case_no"], one["read"]) for one in told] == [("delivered", case_no, False)]


def test_T079_limits_near_and_past_are_shown_to_the_supervisor(api: Api) -> None:
    case_no = api.house.accepted_commitment()
    api.house.at(2026, 3, 10)
    told = api.get("S51", "/supervision").body
    overdue = [one for one in told["urgent"] if one["case"]["case_no"] == case_no and one["kind"] == "commitment"]
    assert [(one["standing"], one["overdue"]) for one in overdue] == [("overdue", 1)]
    assert api.get("W01", "/supervision").code == "NOT_YOUR_ACTION"


def test_a_deemed_acceptance_leaves_a_red_card_with_its_rule(sqlite_api: Api) -> None:
    house = sqlite_api.house
    case_no = house.receive("W01", "I02", COMPANY_FORM)
    house.at(2026, 3, 10)
    house.sweep()
    cards = sqlite_api.get("S51", "/supervision").body["cards"]
    given = {(one["case"]["case_no"], one["level"], one["rule"]) for one in cards}
    # Accepted as of 2 March, the promise of five days was over on the 9th: it gets its own cards.
    assert given == {(case_no, level, rule) for level, rule in
                     (("red", "DL-32.4"), ("yellow", "EM-NEAR"), ("red", "EM-OVERDUE"))}  # fmt: skip
    case = sqlite_api.get("S51", f"/cases/{case_no}").body
    assert (case["deemed"], case["accepted_on"]) == (True, "2026-03-02")


@pytest.mark.parametrize("code", ["I01", "I02", "I06", "I11", "I14"])
def test_an_item_is_told_whole(sqlite_api: Api, code: str) -> None:
    item = sqlite_api.get("D11", f"/items/{code}").body
    assert item["receivable"] == (item["application"] is not None)
    if item["application"]:
        names = [row["name"] for row in item["application"]["initial"]["materials"]]
        assert names == [one["name"] for one in item["materials"]]
    assert sqlite_api.get("D11", "/items/I99").code == "ITEM_UNKNOWN"


def test_the_three_ways_to_write_an_application_are_one(sqlite_api: Api) -> None:
    same = {key: PERSON[key] for key in ("id_kind", "id_no", "phone")}
    flat = {"applicant_kind": "person", "applicant_name": "王建国", **same}
    nested = {"item": "I06", "applicant": PERSON}
    for body in ({"item": "I06", **flat}, {"item": "I06", "answer": flat}, nested):
        answer = sqlite_api.post("W01", "/applications", body)
        assert answer.status == 201, answer.body
        assert answer.headers["Location"] == answer.body["links"]["self"]
        assert [one["element"] for one in answer.body["tasks"]] == ["ut_formal"]
