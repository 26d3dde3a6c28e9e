"""The pages of rehearsals: begun for an item, gone on with by hand, kept as a test, and told as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.oversight.publishing.drafting.commands import ReleaseUrgently, SaveFile, SubmitDraft
from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.report import FAILED, PASSED
from engine.oversight.rehearsal.script import Advance, Beside, Do, Expect, Step, read_script
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_item, item_text
from processes import library
from tests.support.drafting import SECOND, approve, draft, drafted, submitted
from tests.support.rehearsing import ACCEPTING, asked, kept, script, walked
from tests.support.site import Page, Site
from yichuang.rehearsing.house import Workshop

HERE = "/designer/rehearsals"


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with Workshop() as made:
        yield made


def run_number(page: Page) -> int:
    return int(page.path.rsplit("/", 1)[1])


def steps(site: Site, id: int) -> tuple[Step, ...]:
    with site.house.door.read(SYSTEM) as view:
        return read_script(queries.script_of_run(view.connection, id)).steps


def opened(site: Site, id: int) -> Page:
    return site.visitor("P61").open(f"{HERE}/{id}")


def gone_on(site: Site, workshop: Workshop, page: Page) -> Page:
    """Walk what the page has asked for; return its page then."""
    assert page.status == 200, page.main
    walked(site.house, workshop)
    return page.visitor.open(page.path)


def begun(site: Site, workshop: Workshop, item: str = "I06") -> Page:
    page = site.visitor("P61").open(HERE).form(HERE).set(item=item).press()
    assert "正在排队" in page.main
    return gone_on(site, workshop, page)


def test_a_designer_rehearses_by_hand_with_the_real_forms_and_keeps_it(site: Site, workshop: Workshop) -> None:
    page = begun(site, workshop)
    assert page.heading == "I06 社会保障卡补领"
    assert "形式审查（ut_formal）" in page.main and "W01" in page.main
    wrong = page.form(f"{page.path}/do").press("submit")
    assert wrong.status == 422 and wrong.words(".yc-errors")
    page = gone_on(site, workshop, wrong.form(f"{page.path}/do").set(formal_result="accept").press("submit"))
    page = gone_on(site, workshop, page.form(f"{page.path}/do").press("submit"))
    assert "业务负责人直接审核（ut_head_decide）" in page.main
    page = gone_on(site, workshop, page.form(f"{page.path}/advance").set(amount="2", unit="working_days").press())
    page = gone_on(site, workshop, page.form(f"{page.path}/expect").press())
    id = run_number(page)
    assert steps(site, id) == (
        Do("ut_formal", {"formal_result": "accept"}), Do("ut_accept", {}), Advance("working_days", 2),
        Expect(open=("ut_head_decide",), status="under_review", documents=("acceptance_notice",)),
    )  # fmt: skip
    assert "收件（受理）通知书" in page.words("table")
    listed = page.form(f"{page.path}/keep").set(name="补领：受理").press()
    assert "✓ 通过" in listed.words("main table"), "it was walked with these files by hand"
    listed = listed.form(f"{HERE}/tests", css="#tests-all").press()
    assert "… 正在排队或演练" in listed.words("main table")
    walked(site.house, workshop)
    listed = listed.visitor.open(HERE)
    assert "1/1 通过" in listed.main and "✓ 通过" in listed.words("main table")
    dropped = listed.form(f"{HERE}/tests/1/drop").set(reason="不再需要").press()
    assert "还没有保留的脚本" in dropped.main


def test_signatures_and_files_are_made_up(site: Site, workshop: Workshop) -> None:
    id = asked(site.house, script(*ACCEPTING, item="I09"))
    walked(site.house, workshop)
    page = opened(site, id)
    assert "接收人签名：由演练用虚构的文件代替" in page.main
    page = gone_on(site, workshop, page.form(f"{page.path}/do").press("submit"))
    assert steps(site, run_number(page))[-1] == Do("ut_receive_paper", {"signature": "$signature"})
    assert "实质审查（ut_substantive）" in page.main


def test_a_branch_of_a_joint_review_is_named_in_its_step(site: Site, workshop: Workshop) -> None:
    text = library.rehearsals()["I13_joint"]
    all = read_script(text)
    cut = script(*[{"do": one.element, "answer": dict(one.answer)} for one in all.steps[:6] if isinstance(one, Do)],
                 item="I13")  # fmt: skip
    id = asked(site.house, cut)
    walked(site.house, workshop)
    page = opened(site, id)
    assert sum(one.startswith("▶") for one in page.each(".yc-flows__one")) == 3
    page = page.visitor.open(f"{page.path}?task=1")
    assert "（sign）" in page.each("[aria-current=true]")[0]
    form = page.form(f"{page.path}/do?task=1").set(findings="符合要求")
    page = gone_on(site, workshop, form.press("submit"))
    done = steps(site, run_number(page))[-1]
    assert isinstance(done, Do) and (done.element, done.item) == ("ut_branch_review", "sign")


def test_a_step_is_taken_back_and_one_that_could_not_be_done_is_taken_out(site: Site, workshop: Workshop) -> None:
    id = asked(site.house, script(ACCEPTING[0], {"do": "ut_archive"}, {"advance": {"hours": 1}}))
    walked(site.house, workshop)
    page = opened(site, id)
    assert "✕ 未通过" in page.main and "“ut_archive”这个环节现在没有打开" in page.main
    assert not page.all(f"form[action='{page.path}/do']"), "there is no going on behind it"
    page = gone_on(site, workshop, page.form(f"{page.path}/back").press())
    assert steps(site, run_number(page)) == (Do("ut_formal", {"formal_result": "accept"}),)
    page = gone_on(site, workshop, page.form(f"{page.path}/back").press())
    assert steps(site, run_number(page)) == ()
    assert not page.all(f"form[action='{page.path}/back']")


def test_coverage_is_told_by_shape_and_word_on_the_drawing_and_as_a_list(site: Site, workshop: Workshop) -> None:
    id = asked(site.house, script(*ACCEPTING))
    walked(site.house, workshop)
    page = site.visitor("P61").open(f"{HERE}/{id}?process=intake")
    drawn = page.words(".yc-diagram__box")
    assert "形式审查（人工环节）：走到" in drawn
    assert "补齐补正" in drawn and "没有走到" in drawn
    told = " ".join(page.each("#coverage table"))
    assert "✓ 走到形式审查" in told and "○ 没有走到补齐补正" in told
    assert len(page.all(".yc-diagram__box svg")) == 1


def test_a_script_is_changed_by_hand_and_a_wrong_one_is_told_by_its_places(site: Site, workshop: Workshop) -> None:
    id = asked(site.house, script(ACCEPTING[0]))
    walked(site.house, workshop)
    page = opened(site, id)
    bad = page.form(f"{page.path}/again").set(script=script({"do": ""}, {"advance": {}})).press()
    assert bad.status == 422 and "steps[0].do" in bad.main and "steps[1].advance" in bad.main
    page = gone_on(site, workshop, page.form(f"{page.path}/again").set(script=script(*ACCEPTING)).press())
    assert len(steps(site, run_number(page))) == 2
    brought = site.visitor("P61").open(HERE).form(HERE).set(script="{").press()
    assert brought.status == 422 and "不是 JSON" in brought.main
    nothing = site.visitor("P61").open(HERE).form(HERE).press()
    assert nothing.status == 422 and "请选择事项" in nothing.main


def test_a_script_is_sent_as_a_file(site: Site) -> None:
    id = asked(site.house, script(*ACCEPTING))
    page = site.visitor("P61").open(f"{HERE}/{id}/script.json")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert read_script(page.text) == read_script(script(*ACCEPTING))


def test_while_it_runs_only_how_far_it_is_is_asked_for(site: Site, workshop: Workshop) -> None:
    id = asked(site.house, script())
    visitor = site.visitor("P61")
    part = visitor.client.get(f"{HERE}/{id}", headers={"HX-Request": "true"}, base_url=visitor.base)
    assert "<html" not in part.text and "every 1s" in part.text and "HX-Refresh" not in part.headers
    walked(site.house, workshop)
    part = visitor.client.get(f"{HERE}/{id}", headers={"HX-Request": "true"}, base_url=visitor.base)
    assert part.headers["HX-Refresh"] == "true"


def test_a_draft_is_rehearsed_from_its_page_and_a_change_since_then_is_told(site: Site, workshop: Workshop) -> None:
    text = library.processes()["route_instant"].xml.decode("utf-8").replace("业务负责人直接审核", "负责人当场审核")
    draft = drafted(site.house, ("process", "route_instant", text))
    page = site.visitor("P61").open(f"/designer/drafts/{draft}")
    assert page.all(f"a[href='{HERE}?draft={draft}']")
    page = page.visitor.open(f"{HERE}?draft={draft}")
    page = gone_on(site, workshop, page.form(HERE).set(script=script(*ACCEPTING), item="").press())
    assert "负责人当场审核（ut_head_decide）" in page.main
    assert "演练以后文件又改过" not in page.main
    site.house.door.execute(_saved(draft, text), site.house.actor("P61"), key="save")
    assert "演练以后文件又改过" in page.visitor.open(page.path).main
    with site.house.door.read(SYSTEM) as view:
        assert [one.outcome for one in queries.runs_of_draft(view.connection, draft)] == [PASSED]
        assert FAILED not in {one.outcome for one in queries.runs_of_draft(view.connection, draft)}


def _saved(draft: str, text: str):
    return SaveFile(draft_id=draft, kind="process", name="route_instant", version=1, text=text + "<!-- 又改 -->")


def test_nobody_but_designers_rehearses(site: Site) -> None:
    for account in ("W01", "D11", "A01"):
        assert site.visitor(account).open(HERE).status == 403


def test_rolling_back_is_rehearsed_from_the_draft_and_says_what_it_asks(site: Site, workshop: Workshop) -> None:
    house = site.house
    kept(house, script(*ACCEPTING, {"expect": {"open": ["ut_head_decide"]}}, name="当场受理"))
    house.clock.advance(timedelta(minutes=1))
    first = library.processes()["route_instant"].xml.decode("utf-8").replace("业务负责人直接审核", "负责人当场审核")
    urgent = submitted(house, ("process", "route_instant", first), emergency="急")
    house.execute(SECOND, ReleaseUrgently(draft_id=urgent, version=draft(house, urgent).version, note="急"))
    house.clock.advance(timedelta(minutes=1))
    second = drafted(house, ("process", "route_instant", first + "\n"))
    page = site.visitor("P61").open(f"{HERE}?draft={second}")
    page.form(f"{HERE}/tests", css="#tests-all").press()
    assert walked(house, workshop) == 1
    house.execute("P61", SubmitDraft(draft_id=second))
    approve(house, second)
    shown = site.visitor("P62").open(f"/designer/drafts/{second}")
    held = shown.form(f"/designer/drafts/{second}/roll-back").set(reason="有误").press()
    assert held.status == 409 and "“当场受理”还没有用这些文件走过" in held.main
    assert page.all(f"a[href='{HERE}?draft={second}&undo=1']") or "undo=1" in held.text
    page = site.visitor("P62").open(f"{HERE}?draft={second}&undo=1")
    assert page.heading == "演练回退：承诺件路由调整" and "后来保留的脚本" in page.main
    page = page.form(f"{HERE}/tests", css="#tests-all").press()
    assert "… 正在排队或演练" in page.words("main table")
    assert walked(house, workshop) == 1
    assert "1/1 通过" in page.visitor.open(page.path).main
    done = shown.visitor.open(shown.path).form(f"/designer/drafts/{second}/roll-back").set(reason="有误").press()
    assert done.status == 200 and "回退" in done.main
    again = site.visitor("P61").open(f"{HERE}?draft={second}&undo=1")
    assert again.status == 409, "there is nothing to roll back any more"


def test_a_script_that_the_draft_does_not_touch_says_so(site: Site) -> None:
    kept(site.house, script(*ACCEPTING, name="当场受理"))
    with site.house.door.read(SYSTEM) as view:
        text = item_text(view.connection, current_item(view.connection, "I02")[0])
    other = drafted(site.house, ("item", "I02", text.replace('"name": "', '"name": "新', 1)))
    assert "没有用到这次改动的文件" in site.visitor("P61").open(f"{HERE}?draft={other}").words("main table")


def test_an_act_beside_the_tasks_is_begun_with_its_own_form_and_becomes_a_step(site: Site, workshop: Workshop) -> None:
    received = {"do": "ut_receive_paper", "answer": {"signature": "$signature"}}
    id = asked(site.house, script(*ACCEPTING, received, item="I10"))
    walked(site.house, workshop)
    page = opened(site, id)
    acts = [one for one in page.each(".yc-flows__one") if one.startswith("◇")]
    assert acts == ["◇ 申请延长办理期限", "◇ 撤回申请"]
    page = page.visitor.open(f"{page.path}?act=extend")
    assert "◇ 申请延长办理期限" in page.each("[aria-current=true]")
    wrong = page.form(f"{HERE}/{id}/act?act=extend").set(days="99").press("submit")
    assert wrong.status == 422 and wrong.words(".yc-errors")
    sent = wrong.form(f"{HERE}/{id}/act?act=extend").set(days="5", reason="须核实").press("submit")
    page = gone_on(site, workshop, sent)
    assert steps(site, run_number(page))[-1] == Beside("extend", {"days": 5, "reason": "须核实"})
    assert "批准延长办理期限（ut_ext_approve）" in page.main or "批准延长办理期限" in page.main
    page = page.visitor.open(f"{page.path}?act=withdraw")
    form = page.form(f"{page.path.partition('?')[0]}/act?act=withdraw").set(reason="不办了", materials_returned="退回")
    page = gone_on(site, workshop, form.press("submit"))
    assert "已撤回" in page.main or "撤回" in page.words("[role=status]")
    assert "没有打开的环节" in page.main
    none = site.visitor("P61").open(f"{page.path}?act=dance")
    assert none.status == 200, "an unknown word shows what is there"
