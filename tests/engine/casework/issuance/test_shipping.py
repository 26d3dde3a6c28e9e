"""Free delivery by post (6.3.3): who may send, what it costs, and what the courier's reports do to the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.issuance.queries import delivery_of
from engine.casework.issuance.shipping.commands import CreateShipment, TakeEvents
from engine.casework.issuance.shipping.queries import events_of, shipments_of
from engine.casework.issuance.shipping.reading import as_rows
from engine.casework.issuance.shipping.rules import Event, NotReadyForShipping
from engine.foundation.errors import InvalidFields
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import TaskNotYours
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.courier import ask, connect, parcel, ready_to_ship, shipped
from tests.support.house import House
from yichuang.demo.courier import DemoCourier
from yichuang.outside import ask_couriers
from yichuang.worker import work_once


def told(house: House, account: str) -> list[str]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return [one.kind for one in notifications_for(view.connection, actor)]


def elements(house: House, case_no: str) -> list[str]:
    return [task.element for task in house.open_tasks(case_no)]


def test_T091_the_window_ships_and_the_couriers_signature_is_the_delivery(house: House, courier: DemoCourier):
    connect(house, courier)
    case_no = shipped(house)
    sent = parcel(house, case_no)
    assert (sent.state, sent.tracking_no, sent.cost_fen, sent.created_by) == ("ordered", "YZ000000001CN", 1200, "W03")
    assert house.case(case_no).status == "in_transit"
    for kind in ("collected", "in_transit"):
        courier.happen(sent.id, kind)
    ask(house)
    assert parcel(house, case_no).state == "in_transit"
    courier.happen(sent.id, "delivered", signed_by="王建国")
    ask(house)
    with house.door.read(SYSTEM) as view:
        delivery = delivery_of(view.connection, f"case:{case_no}")
    assert delivery is not None
    assert (delivery.mode, delivery.receiver_name, delivery.told_department_at) == ("mail", "王建国", house.clock.now())
    assert house.case(case_no).status == "delivered"
    assert elements(house, case_no) == ["ut_collate"]
    assert [one.kind for one in house.documents(case_no)][-2:] == ["courier_order", "delivery_receipt"]
    assert house.violations() == []


def test_T093_the_department_hears_of_a_posted_result_in_the_act_of_its_signature(
    sqlite_house: House, courier: DemoCourier
):
    case_no = shipped(connect(sqlite_house, courier))
    courier.happen(parcel(sqlite_house, case_no).id, "delivered", signed_by="王建国")
    ask(sqlite_house)
    assert told(sqlite_house, "D62") == ["delivered"]
    at = {line.type: line.at for line in sqlite_house.journal(f"case:{case_no}")}
    assert at["delivery.told"] == at["result.delivered"]


@pytest.mark.parametrize("account", ["D61", "D62", "D63"])
def test_T092_a_department_may_not_ship_and_the_try_is_kept(sqlite_house: House, courier: DemoCourier, account: str):
    case_no = ready_to_ship(connect(sqlite_house, courier))
    before = len(sqlite_house.journal(f"case:{case_no}"))
    with pytest.raises(NotYourAction) as refused:
        sqlite_house.execute(account, CreateShipment(case_no=case_no, answer={}, partial=True))
    assert "6.3.3" in refused.value.sentence
    with pytest.raises(TaskNotYours):
        sqlite_house.complete(account, case_no, "ut_ship", {})
    assert [line.type for line in sqlite_house.journal(f"access:{account}")] == ["access.refused", "access.refused"]
    assert len(sqlite_house.journal(f"case:{case_no}")) == before
    assert courier.placed == []


def test_T092_the_issuing_clerk_ships_by_the_same_command(sqlite_house: House, courier: DemoCourier):
    case_no = ready_to_ship(connect(sqlite_house, courier))
    outcome = sqlite_house.execute("W03", CreateShipment(case_no=case_no, answer={}, partial=True))
    assert outcome["shipment_id"] == f"{case_no}-S1"
    with pytest.raises(NotReadyForShipping):
        sqlite_house.execute("W03", CreateShipment(case_no=case_no, answer={}, partial=True))


def test_T090_an_applicant_never_pays_for_the_post(sqlite_house: House, courier: DemoCourier):
    case_no = ready_to_ship(connect(sqlite_house, courier))
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_ship", {"fee_to_applicant": 12})
    assert "6.3.3" in refused.value.errors["fee_to_applicant"]
    assert elements(sqlite_house, case_no) == ["ut_ship"]
    sqlite_house.complete("W03", case_no, "ut_ship", {})
    work_once(sqlite_house.door)
    sent = parcel(sqlite_house, case_no)
    assert (sent.fee_to_applicant, sent.cost_fen) == (0, 1200)


def test_a_parcel_goes_to_the_applicants_own_address_and_no_row_shows_it(sqlite_house: House, courier: DemoCourier):
    case_no = shipped(connect(sqlite_house, courier))
    assert courier.parcels[f"{case_no}-S1"].address == "安阳市文峰区测试路1号"
    with sqlite_house.door.read(SYSTEM) as view:
        rows = view.connection.exec_driver_sql("SELECT * FROM shipment").all()
    assert "测试路" not in repr(rows)
    assert "测试路" not in repr([line.data for line in sqlite_house.journal(f"case:{case_no}")])


def test_without_a_courier_connected_the_clerk_enters_a_waybill_and_what_became_of_it(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house)
    by_hand = {"courier_name": "测试物流", "tracking_no": "YZ1", "cost_yuan": 12}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_ship", {"way": "system"})
    assert "way" in refused.value.errors
    sqlite_house.complete("W03", case_no, "ut_ship", by_hand)
    assert (parcel(sqlite_house, case_no).way, parcel(sqlite_house, case_no).cost_fen) == ("by_hand", 1200)
    sqlite_house.wait(days=2)
    seen = {"outcome": "delivered", "evidence": "物流网站查询"}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_track", {**seen, "signed_by": " "})
    assert "signed_by" in refused.value.errors
    early = {**seen, "signed_by": "王建国", "happened_at": "2026-03-02T08:00"}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_track", early)
    assert "happened_at" in refused.value.errors
    sqlite_house.complete("W03", case_no, "ut_track", {**seen, "signed_by": "王建国"})
    assert sqlite_house.case(case_no).status == "delivered"
    assert sqlite_house.violations() == []


@pytest.mark.parametrize("kind", ["failed", "returned"])
def test_what_did_not_arrive_is_chosen_anew_and_may_be_sent_again(house: House, courier: DemoCourier, kind: str):
    case_no = shipped(connect(house, courier))
    courier.happen(f"{case_no}-S1", kind, note="无人接听")
    ask(house)
    assert (house.case(case_no).status, elements(house, case_no)) == ("awaiting_shipment", ["ut_redeliver"])
    assert "shipment_failed" in told(house, "W03")
    house.complete("W03", case_no, "ut_redeliver", {"delivery_mode": "mail", "reason": "申请对象更正了电话"})
    house.complete("W03", case_no, "ut_ship", {"recipient_phone": "13800009999"})
    work_once(house.door)
    assert courier.placed == [f"{case_no}-S1", f"{case_no}-S2"]
    courier.happen(f"{case_no}-S2", "delivered", signed_by="王建国")
    ask(house)
    assert house.case(case_no).status == "delivered"
    assert house.violations() == []


def test_a_returned_parcel_may_be_collected_at_the_window(sqlite_house: House, courier: DemoCourier):
    case_no = shipped(connect(sqlite_house, courier))
    courier.happen(f"{case_no}-S1", "returned")
    ask(sqlite_house)
    sqlite_house.complete("W03", case_no, "ut_redeliver", {"delivery_mode": "pickup", "reason": "申请对象要求自取"})
    assert sqlite_house.case(case_no).status == "awaiting_pickup"
    sqlite_house.pick_up(case_no, "王建国", "410502199003070010")
    assert sqlite_house.case(case_no).status == "delivered"
    assert sqlite_house.violations() == []


def test_a_signature_that_comes_after_a_failure_still_counts(house: House, courier: DemoCourier):
    case_no = shipped(connect(house, courier))
    courier.happen(f"{case_no}-S1", "failed")
    ask(house)
    event = Event("late", "delivered", house.clock.now(), signed_by="王建国")
    late = TakeEvents(root_id=f"case:{case_no}", shipment_id=f"{case_no}-S1", events=as_rows([event]), via="call")
    house.door.execute(late, SYSTEM, key="late")
    assert house.case(case_no).status == "delivered"
    assert elements(house, case_no) == ["ut_collate"]
    assert house.violations() == []


def test_news_of_an_earlier_parcel_is_told_and_moves_nothing(sqlite_house: House, courier: DemoCourier):
    case_no = shipped(connect(sqlite_house, courier))
    courier.happen(f"{case_no}-S1", "returned")
    ask(sqlite_house)
    sqlite_house.complete("W03", case_no, "ut_redeliver", {"delivery_mode": "mail", "reason": "再寄一次"})
    event = Event("late", "delivered", sqlite_house.clock.now(), signed_by="王建国")
    late = TakeEvents(root_id=f"case:{case_no}", shipment_id=f"{case_no}-S1", events=as_rows([event]), via="call")
    sqlite_house.door.execute(late, SYSTEM, key="late")
    assert elements(sqlite_house, case_no) == ["ut_ship"]
    assert "shipment_stray" in told(sqlite_house, "W03")


def test_events_twice_out_of_order_and_late_change_nothing_twice(house: House, courier: DemoCourier):
    case_no = shipped(connect(house, courier))
    now, id = house.clock.now(), f"{case_no}-S1"
    journey = [
        Event("3", "delivered", now + timedelta(hours=3), signed_by="王建国"),
        Event("1", "collected", now + timedelta(hours=1)),
        Event("3", "delivered", now + timedelta(hours=3), signed_by="王建国"),
        Event("2", "in_transit", now + timedelta(hours=2)),
    ]
    for number, event in enumerate(journey):
        command = TakeEvents(root_id=f"case:{case_no}", shipment_id=id, events=as_rows([event]), via="call")
        house.door.execute(command, SYSTEM, key=f"call:{number}")
    assert [line.type for line in house.journal(f"case:{case_no}")].count("result.delivered") == 1
    with house.door.read(SYSTEM) as view:
        kept = [one.event.id for one in events_of(view.connection, [id])[id]]
    assert kept == ["1", "2", "3"]
    assert parcel(house, case_no).state == "delivered"
    assert house.violations() == []


@pytest.mark.parametrize("fault", ["error", "nonsense", "lost"])
def test_an_order_is_tried_again_until_the_courier_answers_and_is_placed_once(
    sqlite_house: House, courier: DemoCourier, fault: str
):
    connect(sqlite_house, courier)
    case_no = ready_to_ship(sqlite_house)
    courier.faults.extend([fault, fault])
    sqlite_house.complete("W03", case_no, "ut_ship", {})
    for _ in range(3):
        work_once(sqlite_house.door)
        sqlite_house.wait(minutes=10)
    assert parcel(sqlite_house, case_no).state == "ordered"
    assert len(courier.parcels) == 1
    assert set(courier.placed) == {f"{case_no}-S1"}


def test_an_order_that_nobody_takes_is_an_incident_and_the_window_chooses_anew(
    sqlite_house: House, courier: DemoCourier
):
    case_no = ready_to_ship(connect(sqlite_house, courier))
    sqlite_house.complete("W03", case_no, "ut_ship", {})
    courier.faults.extend(["error"] * 8)
    for _ in range(8):
        work_once(sqlite_house.door)
        sqlite_house.wait(minutes=10)
    assert parcel(sqlite_house, case_no).state == "unplaced"
    assert "incident" in told(sqlite_house, "A01")
    assert elements(sqlite_house, case_no) == ["ut_redeliver"]
    assert sqlite_house.violations() == []


def test_an_order_the_courier_refuses_outright_is_not_tried_again(sqlite_house: House, courier: DemoCourier):
    case_no = ready_to_ship(connect(sqlite_house, courier))
    sqlite_house.complete("W03", case_no, "ut_ship", {})
    courier.faults.append("refuse")
    work_once(sqlite_house.door)
    assert parcel(sqlite_house, case_no).state == "unplaced"
    assert elements(sqlite_house, case_no) == ["ut_redeliver"]


def test_a_courier_that_cannot_be_asked_is_asked_less_often_and_then_told_of(sqlite_house: House, courier: DemoCourier):
    case_no = shipped(connect(sqlite_house, courier))
    courier.faults.extend(["error"] * 8)
    for _ in range(8):
        sqlite_house.wait(days=1)
        assert ask_couriers(sqlite_house.door) == 1
    assert parcel(sqlite_house, case_no).failures == 8
    assert "incident" in told(sqlite_house, "A01")
    courier.happen(f"{case_no}-S1", "delivered", signed_by="王建国")
    sqlite_house.wait(days=1)
    ask_couriers(sqlite_house.door)
    assert sqlite_house.case(case_no).status == "delivered"
    assert ask(sqlite_house) == 0


def test_a_parcel_nobody_signs_for_is_asked_after_in_seven_days(sqlite_house: House, courier: DemoCourier):
    case_no = shipped(connect(sqlite_house, courier))
    sqlite_house.wait(days=6)
    sqlite_house.sweep()
    assert "shipment_slow" not in told(sqlite_house, "W03")
    sqlite_house.wait(days=2)
    sqlite_house.sweep()
    assert "shipment_slow" in told(sqlite_house, "W03")
    assert elements(sqlite_house, case_no) == ["ut_track"]


def test_the_order_number_is_ours_and_counts_up_within_the_case(sqlite_house: House, courier: DemoCourier):
    case_no = shipped(connect(sqlite_house, courier))
    with sqlite_house.door.read(SYSTEM) as view:
        assert [one.id for one in shipments_of(view.connection, f"case:{case_no}")] == [f"{case_no}-S1"]
