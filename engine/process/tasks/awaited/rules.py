"""What is refused of a message from outside, and the words that message files add to those of process files: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.foundation.errors import Conflict, NotFound
from engine.process.bpmn import Vocabulary
from processes.messages import Message


class MessageUnexpected(NotFound):
    """现在没有办件凭这个业务键等待消息“{message}”。请核对消息名称和业务键；办件还没有办到这一步的，可以稍后再送。"""

    code = "MESSAGE_UNEXPECTED"


class MessageAmbiguous(Conflict):
    """有 {count} 件办件凭同一业务键等待消息“{message}”，没有送达任何一件。请联系流程设计师，使业务键不重复后再送。"""

    code = "MESSAGE_AMBIGUOUS"


class MessageNotTaken(Conflict):
    """等待消息“{message}”的办件现在不能接着办理，没有送达。请以同一提交编号稍后再送；仍不成功的，请联系系统管理员。"""

    code = "MESSAGE_NOT_TAKEN"


def with_outside(words: Vocabulary, messages: Iterable[Message]) -> Vocabulary:
    """Return ``words`` with the messages that may come from outside: each is found by its business key."""
    brought = {one.name: one.brings for one in messages}
    return replace(words, messages={**words.messages, **brought}, keyed=words.keyed | brought.keys())
