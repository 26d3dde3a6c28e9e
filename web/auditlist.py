"""Rows and conditions of the auditor's list: shared by the desk, the samples and the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.casework.cases.queries import CaseFile, cases_in_order
from engine.oversight.audit.desk.queries import Marks, marks_of
from engine.oversight.audit.desk.rules import EITHER, NOTED, TITLES, Question, as_pairs, read_question
from engine.oversight.audit.findings.queries import noted_on
from engine.registry.identity.queries import accounts_called, names_of
from engine.registry.identity.reading import Reading
from web import words
from web.caselist import Choices, Row, choices_of, rows_of

MARKS: Mapping[str, str] = {
    "overdue": "超期", "extended": "延期", "returned": "退回或者撤回", "modified": "管理员调整"
}  # fmt: skip

HEADER = (
    "办件编号", "事项", "办件类型", "申请对象", "办理部门", "状态", "收件时间", "受理日期", "决定时间", "决定",
    *MARKS.values(), "本人的审计记录",
)  # fmt: skip


@dataclass(frozen=True)
class Audited:
    """A line of the list: the case, what befell it, and how much the auditor noted on it (all, open)."""

    row: Row
    marks: Marks
    noted: tuple[int, int]

    @property
    def case(self) -> CaseFile:
        """The case."""
        return self.row.case

    @property
    def told(self) -> list[str]:
        """What befell it, in words."""
        return [title for name, title in MARKS.items() if getattr(self.marks, name)]


@dataclass(frozen=True)
class Condition:
    """What narrows the list, in words, and its name in an address."""

    name: str
    title: str
    text: str


def asked(view: Reading, pairs: Mapping[str, str]) -> Question:
    """Return the question in an address; a colleague may be named there instead of numbered."""
    question = read_question(pairs)
    return replace(
        question, responder=_account(view, question.responder), person=_account(view, question.person)
    )


def audited(view: Reading, cases: Sequence[CaseFile]) -> list[Audited]:
    """Return the lines of cases; the same few statements for any number of them."""
    ids = [case.root_id for case in cases]
    marks, noted = marks_of(view.connection, ids), noted_on(view.connection, view.actor.account, ids)
    return [
        Audited(row, marks.get(row.case.root_id, Marks()), noted.get(row.case.root_id, (0, 0)))
        for row in rows_of(view, list(cases))
    ]


def audited_in_order(view: Reading, root_ids: Sequence[str]) -> list[Audited]:
    """Return the lines of cases by root, in that order."""
    return audited(view, cases_in_order(view.connection, list(root_ids)))


def conditions(view: Reading, question: Question) -> list[Condition]:
    """Return what narrows the list, in the order a page shows it."""
    return conditions_of(view, [question])[0]


def conditions_of(view: Reading, questions: Sequence[Question]) -> list[list[Condition]]:
    """Return what narrows each of several lists; the same few statements for any number of them."""
    choices = choices_of(view)
    people = {who for one in questions for who in (one.responder, one.person) if who}
    names = names_of(view.connection, people)
    return [
        [Condition(name, TITLES[name], _text(name, pairs[name], choices, names)) for name in TITLES if name in pairs]
        for pairs in map(as_pairs, questions)
    ]


def cells(one: Audited) -> tuple[str, ...]:
    """Return a line as an export has it."""
    case = one.case
    count, left = one.noted
    return (
        case.case_no, case.item_name, words.case_type(case.case_type), one.row.applicant, one.row.department,
        words.status(case.status), words.local(case.received_at),
        case.accepted_on.isoformat() if case.accepted_on else "",
        words.local(case.decided_at) if case.decided_at else "", words.DECISIONS.get(case.decision or "", ""),
        *("是" if getattr(one.marks, name) else "否" for name in MARKS),
        f"{count} 条，{left} 条未了结" if count else "",
    )  # fmt: skip


def _text(name: str, value: str, choices: Choices, names: Mapping[str, str]) -> str:
    known: Mapping[str, Mapping[str, str]] = {
        "status": choices.statuses, "item": choices.items, "department": choices.departments,
        "case_type": choices.case_types, "responder": names, "person": names, "noted": NOTED,
    }  # fmt: skip
    return (EITHER if name in MARKS else known.get(name, {})).get(value, value)


def _account(view: Reading, called: str) -> str:
    found = accounts_called(view.connection, called) if called else []
    return found[0] if found else called
