"""Every name that a file may use, with the words by which a person chooses it: what an editor offers."""

from __future__ import annotations

from typing import Any

from engine.oversight.publishing.files import FORM, content_of, digests_in_force
from engine.oversight.publishing.forming import titled
from engine.oversight.publishing.messages import messages_in_force
from engine.process.bpmn import Vocabulary
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import current_decisions, current_processes
from engine.process.clocks.rules import TITLES
from engine.process.tasks.registry import Bindings, View
from engine.registry.identity.rules import ROLES
from engine.registry.organisation.queries import departments
from processes import library

_UNITS = {"wd": "个工作日", "cd": "日", "wh": "工作小时"}


def names_for(view: View) -> dict[str, list[dict[str, Any]]]:
    """Return what an element may name, by kind of name; each has its ``value``, a Chinese ``label``, and what belongs.

    The values are those that the check knows: whatever is chosen from here is no unknown name.
    """
    words, bindings = view.part(Vocabulary), view.part(Bindings)
    return {
        "roles": [{"value": role, "label": ROLES[role]} for role in sorted(words.roles)],
        "departments": [{"value": one.key, "label": one.name} for one in departments(view.connection).values()],
        "forms": _forms(view),
        "acts": [
            {"value": name, "label": name, "facts": list(act.facts)} for name, act in sorted(bindings.acts.items())
        ],
        "services": [
            {"value": name, "label": name, "parameters": list(one.parameters), "facts": list(one.facts)}
            for name, one in sorted(bindings.services.items())
        ],
        "clocks": [_clock(words, name) for name in sorted(words.clocks | words.caps.keys())],
        "messages": _messages(view, words),
        "processes": _processes(view),
        "decisions": _decisions(view),
        "facts": [{"value": fact, "label": fact} for fact in sorted(words.facts)],
        "clauses": [
            {"number": number, "title": title}
            for number, title in sorted(_clauses().items(), key=lambda one: _place(one[0]))
        ],
    }


def _forms(view: View) -> list[dict[str, Any]]:
    found = []
    for key, digest in sorted(digests_in_force(view.connection)[FORM].items()):
        label = titled(content_of(view.connection, FORM, key, digest))
        found.append({"value": key, "label": label or key})
    return found


def _clock(words: Vocabulary, name: str) -> dict[str, Any]:
    cap = words.caps.get(name)
    told = {"value": name, "label": TITLES.get(name, name), "boundary": name in words.clocks}
    if cap is not None:
        told |= {"unit": cap.unit, "cap": cap.most, "source": cap.source,
                 "cap_label": f"{cap.most}{_UNITS.get(cap.unit, cap.unit)}"}  # fmt: skip
    return told


def _messages(view: View, words: Vocabulary) -> list[dict[str, Any]]:
    inside = [
        {"value": name, "label": name, "facts": sorted(facts), "keyed": name in words.keyed, "outside": False}
        for name, facts in sorted(words.messages.items())
    ]
    outside = [
        {"value": name, "label": one.message.title, "facts": sorted(one.message.brings), "keyed": True,
         "outside": True, "key": one.message.key}
        for name, one in sorted(messages_in_force(view.connection).items())
    ]  # fmt: skip
    return [*inside, *outside]


def _processes(view: View) -> list[dict[str, Any]]:
    found = []
    for name, digest in sorted(current_processes(view.connection).items()):
        one = view.part(Bundles).definition(view.connection, digest)
        found.append({"value": name, "label": one.title or one.name or name})
    return found


def _decisions(view: View) -> list[dict[str, Any]]:
    found = []
    for name, digest in sorted(current_decisions(view.connection).items()):
        file = view.part(Bundles).tables(view.connection, digest)
        found += [{"value": id, "label": one.name or id, "file": name} for id, one in file.decisions.items()]
    return found


def _clauses() -> dict[str, str]:
    """Return each clause of the standard with the words that its rows of the trace table begin with."""
    found: dict[str, list[str]] = {}
    for row in library.clauses():
        found.setdefault(row.clause, []).append(row.part)
    return {number: "；".join(parts)[:80] for number, parts in found.items()}


def _place(number: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (10_000, part) for part in number.split(".")]
