"""Messages from outside at deployment: what is wrong with the files, alone and together, and who waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy.engine import Connection

from engine.oversight.publishing.rules import START_FACTS
from engine.process.bpmn import Definition, Problem
from engine.process.bpmn.releases.queries import artifact_content, current_messages
from engine.process.tasks.registry import Bindings
from processes import library
from processes.library import MessageFile
from processes.messages import MessageRefused, load


def messages_in_force(connection: Connection, at: datetime | None = None) -> dict[str, MessageFile]:
    """Return the messages that the newest releases wait for, as they were published; the others as they are shipped.

    With ``at`` only releases count that are effective at that instant (UTC).
    """
    found = library.messages()
    for name, digest in current_messages(connection, at).items():
        text = artifact_content(connection, digest)
        # It was judged when it was published; what is asked of a file since then is asked of the next one.
        found[name] = MessageFile(load(text), text, digest)
    return found


def readable(texts: Mapping[str, bytes]) -> dict[str, MessageFile]:
    """Return the files that can be used, by the names they were handed in under.

    What is wrong with the others is said by :func:`message_problems`.
    """
    found: dict[str, MessageFile] = {}
    for name, text in texts.items():
        try:
            found[name] = MessageFile(library.message_of(text), text, library.digest(text))
        except MessageRefused:
            continue
    return found


def message_problems(texts: Mapping[str, bytes], bindings: Bindings, internal: Iterable[str]) -> tuple[Problem, ...]:
    """Return every problem of the files, each by itself; ``internal`` are the messages of the house's own hands."""
    found: list[Problem] = []
    reserved = facts_of_the_house(bindings)
    for name, text in texts.items():
        try:
            message = library.message_of(text)
        except MessageRefused as refused:
            found += [Problem(refused.message or name, "message-file", "error", one) for one in refused.problems]
            continue
        if message.name in internal:
            sentence = f"“{message.name}”是系统自己送达的消息，不能由外面送来。请换一个名称。"
            found.append(Problem(message.name, "message-internal", "error", sentence))
        for fact in sorted(message.brings & reserved):
            sentence = f"“{fact}”由有职责的人员或者系统得出，不能由外面的消息带来。请换一个名字。"
            found.append(Problem(message.name, "message-fact", "error", sentence))
    return tuple(found)


def facts_of_the_house(bindings: Bindings) -> frozenset[str]:
    """Return the facts that no message may bring: what somebody answers for, what the system registers."""
    duties = {fact for act in bindings.acts.values() if act.part is not None for fact in act.facts}
    return START_FACTS | duties | {fact for one in bindings.services.values() for fact in one.facts}


def joint_problems(handed_in: Mapping[str, MessageFile], definitions: Iterable[Definition]) -> Iterator[Problem]:
    """Yield what forbids releasing the files ``handed_in``.

    ``definitions`` are the processes in force with them: a message that none of them waits for would be in no release.
    """
    awaited = {name for definition in definitions for name in definition.awaited}
    for name, file in handed_in.items():
        named = file.message.name
        if named != name:
            sentence = f"消息名称“{named}”与发布时的名称“{name}”不符，请按消息名称发布。"
            yield Problem(named, "message-name", "error", sentence)
        if named not in awaited:
            sentence = f"没有流程等待消息“{named}”，发布了也不起作用。请连同等待它的流程一起发布。"
            yield Problem(named, "message-unused", "error", sentence)
