"""Many reminders of one day come as one line; none is lost, and what is no reminder stays by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.process.tasks.notifications.rules import DIGESTED, FEW, digested

NOON = datetime(2026, 3, 16, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class One:
    kind: str
    at: datetime
    read: bool = False


def test_more_than_a_few_reminders_of_a_day_are_one_and_others_stay_where_they_were() -> None:
    told = [One("incident", NOON), *[One("reminder", NOON)] * (FEW + 1), One("overdue", NOON)]
    assert [(group.kind, len(group.places)) for group in digested(told)] == [
        ("incident", 1), ("reminder", FEW + 1), ("overdue", 1),
    ]  # fmt: skip


def test_a_few_reminders_are_told_one_by_one() -> None:
    assert all(not group.many for group in digested([One("reminder", NOON)] * FEW))


def test_a_day_begins_at_midnight_in_the_city() -> None:
    late = datetime(2026, 3, 15, 15, 59, tzinfo=UTC)
    told = [One("reminder", late)] * (FEW + 1) + [One("reminder", late + timedelta(minutes=1))] * (FEW + 1)
    assert [group.day for group in digested(told)] == [date(2026, 3, 15), date(2026, 3, 16)]


@given(
    st.lists(
        st.builds(
            One, st.sampled_from([*DIGESTED, "incident", "late"]),
            st.integers(0, 72).map(lambda hours: NOON + timedelta(hours=hours)), st.booleans(),
        ),
        max_size=60,
    )
)
def test_no_message_is_lost_or_repeated_and_a_digest_is_of_one_kind_day_and_state(told: list[One]) -> None:
    groups = digested(told)
    assert sorted(place for group in groups for place in group.places) == list(range(len(told)))
    for group in groups:
        mine = [told[place] for place in group.places]
        assert len({(one.kind, one.read) for one in mine}) == 1
        assert not group.many or (group.kind in DIGESTED and len(mine) > FEW)
    assert [group.places[0] for group in groups] == sorted(group.places[0] for group in groups)
