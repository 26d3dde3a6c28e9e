"""``search rebuild``."""

from __future__ import annotations

from engine.foundation.search import queries as search
from engine.registry.identity.rules import SYSTEM
from tests.support.house import PERSON, House
from tests.yichuang.shell import Shell


def test_a_lost_index_is_built_again_and_the_house_says_so(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    with sqlite_house.unit() as unit:
        search.forget_words(unit.connection)
    with sqlite_house.door.read(SYSTEM) as view:
        assert search.find(view.connection, "case", "王", None).total == 0
    ran = shell("search", "rebuild")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("已重建查找索引，共 ")
    with sqlite_house.door.read(SYSTEM) as view:
        (hit,) = search.find(view.connection, "case", "王", None).hits
    assert hit.parts["number"] == case_no
    assert sqlite_house.journal("account:search")[-1].sentence == "开始重建查找索引"
    assert sqlite_house.journal("account:search")[-1].account == "operator"
