"""Work that fails for good, at once: the notices of a case that can never be written."""

from __future__ import annotations

from engine.foundation.outbox.queries import MAX_ATTEMPTS, due
from engine.process.documents.commands import PutOff
from engine.process.documents.issuing import RENDER_TOPIC
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House

ERROR = "FilesUnwritable: 文件目录暂时不能写入（没有权限）。请系统管理员检查磁盘和目录权限后重试。"


def give_up(house: House, case_no: str, number: int = 0) -> str:
    """Let the last try at a document of the case fail (the ``number``th that waits); return the incident's id."""
    root_id = f"case:{case_no}"
    with house.door.read(SYSTEM) as view:
        waiting = [one for one in due(view.connection, view.now, 1000) if one.root_id == root_id]
    message = [one for one in waiting if one.topic == RENDER_TOPIC][number]
    tried = PutOff(
        message_id=message.id, root_id=root_id, topic=message.topic, attempts=MAX_ATTEMPTS - 1, error=ERROR
    )  # fmt: skip
    house.door.execute(tried, SYSTEM, key=f"given-up:{message.id}")
    return f"outbox:{message.id}"
