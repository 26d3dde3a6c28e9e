"""What the signed-in person is told: oneself, counts, messages, limits."""

from __future__ import annotations

from engine.foundation.clock import city_date
from engine.oversight.supervision.queries import listed_cards, urgent_clocks
from engine.process.clocks.cards.queries import CardFilters
from engine.process.tasks.commands import MarkRead
from engine.process.tasks.notifications.queries import NotificationMissing, notifications_for
from engine.process.tasks.queries import box_counts
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.schema import Schema, closed, listed, record, ref, whole
from web.api.shapes.common import MAX_PAGE, places
from web.api.shapes.oversight import card_json, me_json, notification_json, urgent_json

LATEST_CARDS = 200
"""So many cards are told with the limits; the rest are asked for by themselves."""


def who_am_i(call: Call) -> Reply:
    """Return who the token belongs to."""
    with call.door.read(call.actor) as view:
        return Reply(me_json(view))


def count_tasks(call: Call) -> Reply:
    """Return how many open tasks lie in each box."""
    with call.door.read(call.actor, action="case.see") as view:
        return Reply(box_counts(view.connection, view.actor))


def list_notifications(call: Call) -> Reply:
    """Return what the caller's roles were told last, newest first."""
    with call.door.read(call.actor) as view:
        found = notifications_for(view.connection, view.actor, limit=call.query["limit"])
    return Reply({"notifications": [notification_json(one) for one in found]})


def mark_read(call: Call) -> Reply:
    """Note that the caller has read what is listed; what others have read is their own."""
    call.door.execute(MarkRead(ids=tuple(call.body["ids"])), call.actor, key=call.key)
    return Reply({"read": call.body["ids"]})


def supervise(call: Call) -> Reply:
    """Return limits near and past their due dates, and the cards given."""
    with call.door.read(call.actor, action="supervision.see") as view:
        where = places(view)
        return Reply(
            {
                "today": city_date(view.now).isoformat(),
                "urgent": [urgent_json(one, where) for one in urgent_clocks(view)],
                "cards": [card_json(one, where) for one in listed_cards(view, CardFilters(), limit=LATEST_CARDS)[0]],
            }
        )


SCHEMAS: dict[str, Schema] = {
    "ReadBody": closed(
        record(
            {"ids": listed(whole("消息的编号", minimum=1, maximum=2**31 - 1), minItems=1, maxItems=MAX_PAGE)},
            about="已读的消息",
        )
    ),
    "ReadReply": record({"read": listed(whole(), "已读的消息")}),
}

_LIMIT = (Parameter("limit", whole(minimum=1, maximum=MAX_PAGE), "最多几条", 50),)

OPERATIONS = (
    Operation("who_am_i", "GET", "/v1/me", "oversight", "令牌的持有人", who_am_i, ref("Me")),
    Operation(
        "count_tasks", "GET", "/v1/inbox/counts", "oversight", "各待办箱的件数", count_tasks, ref("Counts"),
        refusals=(NotYourAction,),
    ),
    Operation(
        "list_notifications", "GET", "/v1/notifications", "oversight", "站内消息", list_notifications,
        ref("NotificationList"), query=_LIMIT,
    ),
    Operation(
        "read_notifications", "POST", "/v1/notifications/read", "oversight", "站内消息已读", mark_read,
        ref("ReadReply"), body=ref("ReadBody"), refusals=(NotYourAction, NotificationMissing),
    ),
    Operation(
        "supervise", "GET", "/v1/supervision", "oversight", "时限监察", supervise, ref("Supervision"),
        refusals=(NotYourAction,),
    ),
)  # fmt: skip
