"""What crosses the border: signatures, and a peer that is slow, broken or lying."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.issuance.shipping.port import CourierAway, CourierRefused, Order, Recipient
from engine.casework.issuance.shipping.reading import ReportUnreadable, read_events
from engine.casework.issuance.shipping.rules import EVENTS, Event, fold, next_look
from tests.support.courier import SECRET
from yichuang.borders.courier import HttpCourier
from yichuang.borders.http import Peer
from yichuang.borders.signing import SIGNATURE, TIMESTAMP, WINDOW, holds, sign
from yichuang.demo.courier import DemoCourier
from yichuang.settings import BorderUnsafe, read_settings

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
ORDER = Order("AY-S1", "综合窗口", Recipient("王建国", "13800001234", "测试路1号"), (("证照", 1),))


def client(courier: DemoCourier, timeout: float = 10.0) -> HttpCourier:
    return HttpCourier(courier.url, SECRET.encode(), "测试物流", poll_every=timedelta(minutes=1), timeout=timeout)


@given(st.binary(max_size=200), st.integers(-300, 300))
def test_a_signature_holds_for_its_body_within_the_window(body: bytes, seconds: int):
    headers = sign(b"secret", body, NOW)
    timestamp, signature = headers[TIMESTAMP], headers[SIGNATURE]
    assert holds(b"secret", body, timestamp, signature, NOW + timedelta(seconds=seconds))
    assert not holds(b"secret", body + b".", timestamp, signature, NOW)
    assert not holds(b"other", body, timestamp, signature, NOW)
    assert not holds(b"", body, timestamp, signature, NOW)


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e9", "９", "1" * 13])
def test_a_time_that_is_no_time_holds_nothing(timestamp: str):
    assert not holds(b"secret", b"", timestamp, sign(b"secret", b"", NOW)[SIGNATURE], NOW)


@pytest.mark.parametrize("late", [WINDOW + timedelta(seconds=1), -WINDOW - timedelta(seconds=1)])
def test_an_old_or_future_call_holds_nothing(late: timedelta):
    headers = sign(b"secret", b"body", NOW)
    assert not holds(b"secret", b"body", headers[TIMESTAMP], headers[SIGNATURE], NOW + late)


def test_an_order_placed_twice_is_one_parcel(courier: DemoCourier):
    first, second = client(courier).place(ORDER), client(courier).place(ORDER)
    assert first == second
    assert (len(courier.parcels), len(courier.placed)) == (1, 2)


@pytest.mark.parametrize("fault, error", [
    ("error", CourierAway), ("nonsense", CourierAway), ("lost", CourierAway), ("refuse", CourierRefused),
])  # fmt: skip
def test_each_fault_of_the_courier_has_its_name(courier: DemoCourier, fault: str, error: type[Exception]):
    courier.faults.append(fault)
    with pytest.raises(error):
        client(courier).place(ORDER)


def test_a_courier_that_does_not_answer_in_time_is_away(courier: DemoCourier):
    courier.faults.append("slow")
    with pytest.raises(CourierAway):
        client(courier, timeout=0.2).place(ORDER)
    courier.slow_for.set()


def test_a_courier_that_is_not_there_is_away(courier: DemoCourier):
    url = courier.url
    courier.stop()
    with pytest.raises(CourierAway):
        HttpCourier(url, SECRET.encode(), "物流", poll_every=timedelta(minutes=1)).track("x")
    courier.__init__(SECRET.encode())  # type: ignore[misc]  # stopped once already: the fixture stops a new one
    courier.start()


def test_a_request_signed_with_another_secret_is_not_worked(courier: DemoCourier):
    stranger = HttpCourier(courier.url, b"another secret", "物流", poll_every=timedelta(minutes=1))
    with pytest.raises(CourierAway):
        stranger.place(ORDER)
    assert courier.placed == []


@pytest.mark.parametrize("url", ["ftp://x", "file:///etc/passwd", "http://", "x"])
def test_only_http_addresses_are_peers(url: str):
    with pytest.raises(ValueError, match="no http address"):
        Peer(url, b"s")


GOOD = {"id": "1", "kind": "collected", "at": "2026-03-02T09:05:00+08:00"}


@pytest.mark.parametrize("raw", [
    None, {}, [1], [{}], [{**GOOD, "kind": "lost"}], [{**GOOD, "id": ""}], [{**GOOD, "id": "x" * 81}],
    [{**GOOD, "at": "2026-03-02T09:05:00"}], [{**GOOD, "at": 5}], [{**GOOD, "note": "x" * 301}],
    [{**GOOD, "place": "a\x00b"}], [{**GOOD, "id": "clerk:1"}], [GOOD] * 201,
])  # fmt: skip
def test_half_a_report_is_not_acted_upon(raw: object):
    with pytest.raises(ReportUnreadable):
        read_events(raw)


def test_a_good_report_is_read_in_utc():
    assert read_events([GOOD]) == (Event("1", "collected", NOW),)


events = st.builds(Event, st.sampled_from("abcdef"), st.sampled_from(EVENTS),
                   st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours)))  # fmt: skip


@given(st.lists(events, max_size=8, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_a_track_does_not_depend_on_the_order_or_number_of_reports(journey: list[Event], random):
    shuffled = [*journey, *journey[:3]]
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(journey)


@given(st.lists(events, max_size=8, unique_by=lambda one: one.id))
def test_a_signature_ends_the_matter(journey: list[Event]):
    assert (fold(journey).state == "delivered") is any(one.kind == "delivered" for one in journey)


@given(st.integers(0, 100))
def test_a_courier_in_trouble_is_asked_less_often_but_at_least_daily(failures: int):
    every = timedelta(minutes=15)
    assert every <= next_look(failures, every) <= timedelta(days=1)
    assert next_look(failures, every) <= next_look(failures + 1, every)


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_border_without_a_proper_secret_is_refused(tmp_path, secret: str):
    (tmp_path / "settings.json").write_text(f'{{"courier_url": "http://courier", "courier_secret": "{secret}"}}')
    with pytest.raises(BorderUnsafe):
        read_settings(tmp_path, None)


def test_a_production_house_has_no_courier_unless_its_settings_name_one(tmp_path):
    (tmp_path / "settings.json").write_text('{"public_url": "https://one-window.example"}')
    settings = read_settings(tmp_path, None, production=True)
    assert (settings.courier_url, settings.messenger_url) == ("", "")
