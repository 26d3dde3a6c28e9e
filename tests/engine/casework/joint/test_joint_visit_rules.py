"""What counts of joint visits, whatever was planned, looked at and cancelled: the rules by themselves (6.2.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.casework.joint.queries import BranchRow
from engine.casework.joint.visiting import rules
from engine.casework.joint.visiting.queries import JointVisit, Looked

KEYS = ("food", "sign", "fire")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@st.composite
def told_visits(draw: st.DrawFn) -> list[JointVisit]:
    """Draw visits of a case: some looked at, some cancelled, never both."""
    made = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        off = draw(st.booleans())
        looked = tuple(
            Looked(key, key, "x", (), conclusion=None if off else draw(st.sampled_from([None, "pass", "improve"])))
            for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
        )
        made.append(
            JointVisit(
                number=number, visit_on=date(2026, 3, 4), time="09:30", place="", prepare="", contact="",
                contact_phone="", document_id="d", document_number="n", planned_by="D11", planned_at=NOON,
                moved_reason="", moved_by=None, moved_at=None, cancelled_reason="x" if off else "",
                cancelled_by="D11" if off else None, cancelled_at=NOON if off else None, cancel_document_id=None,
                cancel_document_number=None, branches=looked,
            )
        )  # fmt: skip
    return made


@given(visits=told_visits(), going=st.sets(st.sampled_from(KEYS)))
def test_a_cancelled_visit_counts_as_if_it_had_never_been(visits: list[JointVisit], going: set[str]) -> None:
    table = [BranchRow(key, 1, "", key, key, "none", state="open" if key in going else "denied") for key in KEYS]
    standing = [one for one in visits if not one.cancelled]
    for key in KEYS:
        assert rules.open_visit(key, table, visits) == rules.open_visit(key, table, standing)
        assert rules.last_visit(key, visits) == rules.last_visit(key, standing)
        assert rules.asked_again(key, visits) == rules.asked_again(key, standing)
        assert rules.why_not(key, KEYS, table, visits) == rules.why_not(key, KEYS, table, standing)
    for one in visits:
        state = rules.state_of(one, table)
        assert (state == "cancelled") == one.cancelled
        assert (state == "planned") == bool(rules.owed(one, table))
        assert set(rules.owed(one, table)) <= going
