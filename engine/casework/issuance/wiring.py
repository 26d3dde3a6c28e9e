"""Everything of issuance that compose registers: commands, listeners of clocks, incidents."""

from __future__ import annotations

from collections.abc import Mapping

from engine.casework.issuance import commands, handlers, reopening
from engine.casework.issuance.collecting import commands as collecting_commands
from engine.casework.issuance.collecting import handlers as collecting
from engine.casework.issuance.collecting import keeping
from engine.casework.issuance.delivering import commands as delivering_commands
from engine.casework.issuance.delivering import handlers as delivering
from engine.casework.issuance.electronic import commands as electronic_commands
from engine.casework.issuance.electronic import handlers as electronic
from engine.casework.issuance.shipping import commands as shipping_commands
from engine.casework.issuance.shipping import following
from engine.casework.issuance.shipping import handlers as shipping
from engine.casework.issuance.sms import commands as sms_commands
from engine.casework.issuance.sms import handlers as sms
from engine.foundation.store.commands import Command, Handler
from engine.process.tasks.alarms import Listener

HANDLERS: Mapping[type[Command], Handler] = {
    commands.CreateDelivery: handlers.create_delivery,
    reopening.ReopenCase: reopening.reopen,
    delivering_commands.ChangeDelivery: delivering.change,
    shipping_commands.CreateShipment: shipping.create_shipment,
    shipping_commands.RecordOrder: following.record_order,
    shipping_commands.OrderFailed: following.order_failed,
    shipping_commands.TakeEvents: following.take_events,
    shipping_commands.PollFailed: following.poll_failed,
    electronic_commands.OpenElectronic: electronic.open_electronic,
    sms_commands.RecordSent: sms.record_sent,
    sms_commands.SendingFailed: sms.sending_failed,
    collecting_commands.NoteChase: collecting.note_chase,
    collecting_commands.ReturnUncollected: keeping.return_uncollected,
}
ALARMS: Mapping[str, Listener] = {
    "uncollected": collecting.uncollected,
    "shipping": shipping.slow,
    "unread": electronic.unread,
}
INCIDENTS = (following.UNPLACED, following.UNHEARD, sms.GIVEN_UP)
"""Events that the system administrator is told of."""
WORKED = (sms.SENT,)
"""Events of work that came through, perhaps after it had been given up."""
