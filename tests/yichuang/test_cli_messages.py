"""``message deliver``, and message files with ``process check|deploy|export|status``."""

from __future__ import annotations

import json
from pathlib import Path

from processes import library
from tests.support.house import House
from tests.support.outside import awaited, publish, waiting_case, waiting_route
from tests.yichuang.shell import Shell

FILE = library.messages()["appraisal_concluded"]
FACTS = ("--fact", 'appraisal_result="pass"', "--fact", 'appraisal_report_no="检17"')


def send(key: str, *facts: str) -> tuple[str, ...]:
    return ("message", "deliver", "--message", "appraisal_concluded", "--key", key, *facts)


def test_what_a_system_could_not_send_is_handed_in_by_hand(sqlite_house: House, shell: Shell):
    publish(sqlite_house, waiting_route())
    case_no = waiting_case(sqlite_house, "委2026-1")
    nobody = shell(*send("委2026-2", *FACTS))
    assert (nobody.code, "MESSAGE_UNEXPECTED" in nobody.err) == (1, True)
    unfit = shell(*send("委2026-1", "--fact", 'appraisal_result="maybe"'))
    assert unfit.code == 1
    assert "facts.appraisal_result" in unfit.err and "facts.appraisal_report_no" in unfit.err
    loose = shell(*send("委2026-1", "--fact", "appraisal_result=pass"))
    assert (loose.code, "FACT_UNREADABLE" in loose.err) == (1, True)
    sent = shell(*send("委2026-1", *FACTS))
    assert (sent.code, sent.out.strip()) == (0, "已送达消息 appraisal_concluded")
    assert [one.element for one in sqlite_house.open_tasks(case_no)] == ["ut_head_decide"]
    [line] = [one for one in sqlite_house.journal(f"case:{case_no}") if one.type == "message.arrived"]
    assert line.account == "operator"


def test_a_message_file_is_checked_published_and_exported_as_it_is(
    sqlite_house: House, shell: Shell, tmp_path: Path
):
    route, file = tmp_path / "route.bpmn", tmp_path / "结论.json"
    route.write_text(waiting_route(), encoding="utf-8")
    file.write_text(FILE.text.decode().replace('"most": 60', '"most": 5'), encoding="utf-8")
    checked = shell("process", "check", route, file)
    assert (checked.code, f"{file}: 可以发布" in checked.out, f"{route}: 可以执行" in checked.out) == (0, True, True)
    assert shell("process", "deploy", file).code == 1, "nobody waits for it yet"
    assert shell("process", "deploy", route, file).code == 0
    folder = tmp_path / "out"
    assert shell("process", "export", folder).code == 0
    assert (folder / "appraisal_concluded.json").read_bytes() == file.read_bytes()
    assert shell("process", "deploy", *folder.iterdir()).out.strip() == "内容与现行版本相同，没有新的发布"
    rows = {one["item"]: one for one in shell("process", "status", "--json").json}
    assert rows["I02"]["messages"] == {"appraisal_concluded": library.digest(file.read_bytes())}
    assert awaited(sqlite_house, waiting_case(sqlite_house, "委1"))[0].key == "委1"


def test_a_wrong_message_file_is_told_line_by_line_and_a_process_is_checked_with_the_one_given(
    shell: Shell, tmp_path: Path
):
    route, file = tmp_path / "route.bpmn", tmp_path / "appraisal_concluded.json"
    route.write_text(waiting_route(), encoding="utf-8")
    body = json.loads(FILE.text)
    file.write_text(json.dumps({**body, "title": "", "facts": [{**body["facts"][0], "name": "decision"}]}), "utf-8")
    wrong = shell("process", "check", file)
    assert wrong.code == 1
    assert "appraisal_concluded [message-file] title" in wrong.out
    file.write_text(json.dumps({**body, "facts": [{**body["facts"][0], "name": "decision"}]}), "utf-8")
    assert "[message-fact]" in shell("process", "check", file).out
    file.write_text(json.dumps({**body, "facts": []}), "utf-8")
    together = shell("process", "check", route, file)
    assert (together.code, "f_fit [name-unknown]" in together.out) == (1, True)
    assert shell("process", "check", route).code == 0, "with the shipped file"


def test_a_message_twice_is_refused(shell: Shell, tmp_path: Path, sqlite_house: House):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(FILE.text)
    ran = shell("process", "deploy", tmp_path / "a.json", tmp_path / "b.json")
    assert (ran.code, "PROCESS_TWICE" in ran.err) == (1, True)
