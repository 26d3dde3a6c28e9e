"""会签: asking others about a task in one's hands, asking more or fewer, signing, and what waits to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.store.unit import RootMissing
from engine.process.tasks.commands import TaskCommand
from engine.process.tasks.countersigning import rules
from engine.process.tasks.countersigning.commands import (
    AddSigners,
    AskCountersigning,
    CallOffCountersigning,
    RemoveSigner,
    SignTask,
)
from engine.process.tasks.countersigning.handlers import holds, signing_refusal
from engine.process.tasks.countersigning.queries import rounds_of, waiting_for
from engine.process.tasks.countersigning.rules import Round, Signer, outcome_of_task
from engine.process.tasks.desk import find_task
from engine.process.tasks.queries import tasks_by_id
from engine.process.tasks.rules import MandateExpired, TaskMissing
from engine.registry.identity.rules import NotYourAction, may
from web.api.contract import Call, Operation, Reply
from web.api.groups import Refusals
from web.api.schema import Schema, closed, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.common import coded, links, maybe_person, moment_text, named, people, problem_json
from web.api.shapes.tasks import tasks_json

OUTCOMES = {"pending": "进行中", "agreed": "会签同意", "refused": "会签不同意"}
_ACCOUNTS = listed(
    text("账号", minLength=1, maxLength=40), "会签人的账号；依次会签时即签署的次序", minItems=1, maxItems=50
)
_ROUND: Schema = record(
    {
        "round": whole("第几次会签"),
        **coded("mode", rules.MODES, "方式"),
        "percent": maybe(whole("票签：同意达到百分之几即为同意")),
        "question": text("提请会签的说明"),
        **coded("state", rules.STATES, "状态"),
        **maybe_person("asked_by", "提请人"),
        "asked_at": moment("提请时间"),
        "settled_at": maybe(moment("有结果或者撤销的时间")),
        **maybe_person("ended_by", "撤销人"),
        "reason": maybe(text("撤销的理由")),
        "signers": listed(
            record(
                {
                    "number": whole("次序"),
                    "account": text("账号"),
                    "name": text("姓名"),
                    "waits": flag("现在轮到此人签署"),
                    "removed_at": maybe(moment("减签时间")),
                    "verdict": maybe(one_of(rules.VERDICTS, "同意或者不同意")),
                    "opinion": maybe(text("意见")),
                    "basis": maybe(text("依据")),
                    "conditions": maybe(text("条件")),
                    "signed_at": maybe(moment("签署时间")),
                }
            ),
            "会签人，减签的也在其中",
        ),
    },
    about="一次会签",
)

SCHEMAS: dict[str, Schema] = {
    "CountersigningBody": closed(
        record(
            {"mode": one_of(rules.MODES, "方式"), "signers": _ACCOUNTS},
            {
                "percent": maybe(whole("票签：同意达到百分之几即为同意", minimum=1, maximum=100)),
                "question": text("提请会签的说明", maxLength=rules.LONGEST),
                "with_draft": flag("请会签人看本人暂存的内容"),
            },
            "提请会签",
        )
    ),
    "SignersBody": closed(record({"signers": _ACCOUNTS}, about="加签")),
    "SignerBody": closed(record({"signer": text("减签的会签人账号", minLength=1, maxLength=40)}, about="减签")),
    "SignatureBody": closed(
        record(
            {"verdict": one_of(rules.VERDICTS, "同意或者不同意"), "opinion": text("意见", maxLength=rules.LONGEST)},
            {
                "basis": text("依据", maxLength=rules.LONGEST),
                "conditions": text("条件：满足时才同意的事项", maxLength=rules.LONGEST),
            },
            "签署会签意见",
        )
    ),
    "CallOffBody": closed(record({"reason": text("撤销会签的理由")}, about="撤销会签")),
    "CountersigningReply": record(
        {
            "task_id": text("待办编号"),
            "case_no": text("办件编号"),
            "round": whole("第几次会签"),
            **coded("state", rules.STATES, "办理之后会签的状态"),
            "links": ref("Links"),
        }
    ),
    "Countersigning": record(
        {
            "task_id": text("待办编号"),
            "outcome": maybe(one_of(OUTCOMES, "会签的结果；没有会签或者已全部撤销的为空")),
            "rounds": listed(_ROUND, "历次会签"),
            "may_ask": flag("调用者能否提请、调整会签"),
            "may_sign": flag("调用者现在能否签署"),
            "refusal": maybe(ref("Problem")),
        },
        about="一项待办的会签",
    ),
    "CountersigningList": record({"tasks": listed(ref("Task"), "请调用者会签的待办，先请的在前")}),
}


def waiting(call: Call) -> Reply:
    """Return the tasks that wait for the caller's signature, oldest first."""
    with call.door.read(call.actor, action="countersigning.sign") as view:
        found = tasks_by_id(view.connection, waiting_for(view.connection, view.actor.account))
        return Reply({"tasks": tasks_json(view, found)})


def read(call: Call, task_id: str) -> Reply:
    """Return the countersignings of a task, with every opinion given."""
    with call.door.read(call.actor, action="case.see") as view:
        task = find_task(view, task_id)
        rounds = rounds_of(view.connection, task.id)
        names = people(view, (who for one in rounds for who in (one.asked_by, one.ended_by)))
        refusal = signing_refusal(view, task)
        signs = may(view.actor, "countersigning.sign")
        return Reply(
            {
                "task_id": task.id,
                "outcome": outcome_of_task(rounds),
                "rounds": [_round_json(one, names) for one in rounds],
                "may_ask": holds(view, task) and may(view.actor, "task.work"),
                "may_sign": signs and refusal is None,
                "refusal": problem_json(refusal) if signs else None,
            }
        )


def ask(call: Call, task_id: str) -> Reply:
    """Ask others for their opinion on a task in one's hands."""
    body = call.body
    return _done(call, AskCountersigning(
        task_id=task_id, mode=body["mode"], signers=tuple(body["signers"]), percent=body.get("percent"),
        question=body.get("question", ""), with_draft=body.get("with_draft", False),
    ))  # fmt: skip


def add(call: Call, task_id: str) -> Reply:
    """Ask more people."""
    return _done(call, AddSigners(task_id=task_id, signers=tuple(call.body["signers"])))


def remove(call: Call, task_id: str) -> Reply:
    """Take back the asking of one who has not signed."""
    return _done(call, RemoveSigner(task_id=task_id, signer=call.body["signer"]))


def sign(call: Call, task_id: str) -> Reply:
    """Give one's opinion."""
    said = {name: call.body.get(name, "") for name in ("basis", "conditions")}
    return _done(call, SignTask(task_id=task_id, verdict=call.body["verdict"], opinion=call.body["opinion"], **said))


def call_off(call: Call, task_id: str) -> Reply:
    """End a countersigning without an outcome."""
    return _done(call, CallOffCountersigning(task_id=task_id, reason=call.body["reason"]))


def _done(call: Call, command: TaskCommand) -> Reply:
    # Looked up first, so that a task out of sight and one that never was are told alike.
    with call.door.read(call.actor, action=command.action) as view:
        find_task(view, command.task_id)
    outcome = call.door.execute(command, call.actor, key=call.key)
    path = f"/tasks/{outcome['task_id']}"
    return Reply(
        {
            "task_id": outcome["task_id"],
            "case_no": outcome["case_no"],
            "round": outcome["round"],
            **named("state", outcome["state"], rules.STATES),
            "links": links(countersigning=f"{path}/countersigning", task=path, case=f"/cases/{outcome['case_no']}"),
        }
    )


def _round_json(one: Round, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "round": one.round,
        **named("mode", one.mode, rules.MODES),
        "percent": one.percent,
        "question": one.question,
        **named("state", one.state, rules.STATES),
        **named("asked_by", one.asked_by, names),
        "asked_at": moment_text(one.asked_at),
        "settled_at": moment_text(one.settled_at),
        **named("ended_by", one.ended_by, names),
        "reason": one.reason,
        "signers": [_signer_json(signer) for signer in one.signers],
    }


def _signer_json(one: Signer) -> dict[str, Any]:
    return {
        "number": one.number,
        "account": one.account,
        "name": one.name,
        "waits": one.waits,
        "removed_at": moment_text(one.removed_at),
        "verdict": one.verdict,
        "opinion": one.opinion,
        "basis": one.basis,
        "conditions": one.conditions,
        "signed_at": moment_text(one.signed_at),
    }


_CHOOSING: Refusals = (rules.SignersMissing, rules.SignerUnfit, rules.SignerTwice, rules.SignerIsCompleter)
_HOLDING: Refusals = (NotYourAction, RootMissing, TaskMissing, rules.TaskNotInHand)
_AT = "/v1/tasks/{task_id}/countersigning"

OPERATIONS = (
    Operation(
        "list_countersignings", "GET", "/v1/countersignings", "tasks", "请我会签的待办", waiting,
        ref("CountersigningList"), refusals=(NotYourAction,),
    ),
    Operation(
        "read_countersigning", "GET", _AT, "tasks", "待办的会签：会签人、意见和结果", read, ref("Countersigning"),
        refusals=(NotYourAction, TaskMissing),
    ),
    Operation(
        "ask_countersigning", "POST", _AT, "tasks", "提请会签", ask, ref("CountersigningReply"),
        body=ref("CountersigningBody"),
        refusals=(*_HOLDING, *_CHOOSING, rules.CountersigningOpen, rules.ModeUnknown, rules.QuestionTooLong,
                  rules.DissenterLeftOut, rules.CountersigningMissing),
    ),
    Operation(
        "add_signers", "POST", f"{_AT}/signers", "tasks", "加签", add, ref("CountersigningReply"),
        body=ref("SignersBody"), refusals=(*_HOLDING, *_CHOOSING, rules.CountersigningMissing),
    ),
    Operation(
        "remove_signer", "POST", f"{_AT}/signers/remove", "tasks", "减签", remove, ref("CountersigningReply"),
        body=ref("SignerBody"),
        refusals=(*_HOLDING, rules.CountersigningMissing, rules.SignerMissing, rules.SignerHasSigned,
                  rules.LastSigner, rules.DissenterLeftOut),
    ),
    Operation(
        "sign_task", "POST", f"{_AT}/signature", "tasks", "签署会签意见", sign, ref("CountersigningReply"),
        body=ref("SignatureBody"),
        refusals=(NotYourAction, RootMissing, TaskMissing, rules.SignatureIncomplete, rules.CountersigningMissing,
                  rules.SignerMissing, rules.SignerHasSigned, rules.NotYourTurn, MandateExpired, rules.SignerUnfit),
    ),
    Operation(
        "call_off_countersigning", "POST", f"{_AT}/call_off", "tasks", "撤销会签", call_off,
        ref("CountersigningReply"), body=ref("CallOffBody"),
        refusals=(*_HOLDING, rules.CountersigningMissing, rules.CallOffUnwritten),
    ),
)  # fmt: skip
