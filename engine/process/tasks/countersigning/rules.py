"""What a countersigning comes to, and who may sign: pure rules over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.foundation.errors import Conflict, Forbidden, Invalid

MODES: Mapping[str, str] = {"all": "会签", "any": "或签", "ratio": "票签", "in_order": "依次会签"}
"""By mode: everybody signs and all agree; the first to sign decides; a share agrees; one after the other."""

VERDICTS: Mapping[str, str] = {"agree": "同意", "disagree": "不同意"}
STATES: Mapping[str, str] = {
    "pending": "进行中", "agreed": "会签同意", "refused": "会签不同意", "called_off": "已撤销", "lapsed": "随环节撤销",
}  # fmt: skip
COUNTED = frozenset({"pending", "agreed", "refused"})
"""States in which a countersigning says something of its task."""

LONGEST = 2000
"""Characters of an opinion, of its basis and of its conditions each."""


class TaskNotInHand(Conflict):
    """“{name}”不在您手中，不能提请或者调整会签。请先签收，再提请会签。"""

    code = "TASK_NOT_IN_HAND"


class CountersigningOpen(Conflict):
    """“{name}”的会签正在进行，不能再提请一次。需要更多人会签的，请加签；不再需要的，请先撤销会签。"""

    code = "COUNTERSIGNING_OPEN"


class CountersigningMissing(Conflict):
    """“{name}”没有正在进行的会签，它可能已有结果或者已撤销。请刷新页面查看。"""

    code = "COUNTERSIGNING_MISSING"


class CountersigningPending(Conflict):
    """“{name}”的会签还没有结果（等待 {who} 签署），不能提交。请等待签署，或者减签、撤销会签。"""

    code = "COUNTERSIGNING_PENDING"


class ModeUnknown(Invalid):
    """请选择会签方式：会签、或签、票签或者依次会签；票签须写明同意的百分比（1 至 100）。"""

    code = "COUNTERSIGNING_MODE_UNKNOWN"


class SignersMissing(Invalid):
    """请至少选择一位会签人。"""

    code = "SIGNERS_MISSING"


class SignerUnfit(Invalid):
    """{who} 不能会签“{name}”：{reason}。请改请他人。"""

    code = "SIGNER_UNFIT"


class SignerTwice(Conflict):
    """{who} 已在会签人之中（同一人的几个账号只算一人），不能重复加签。请改请他人。"""

    code = "SIGNER_TWICE"


class SignerIsCompleter(Forbidden):
    """办理“{name}”的人员不能会签自己办理的事项（按自然人）。请改请他人。"""

    code = "SIGNER_IS_COMPLETER"


class CompleterSigned(Forbidden):
    """您是“{name}”的会签人，不能再办理它（按自然人）。请退回待签收，由其他人员办理。"""

    code = "COMPLETER_SIGNED"


class DissenterLeftOut(Conflict):
    """{who} 在上一次会签中不同意，再次会签必须请其参加，也不能减签。请加上后再提请。"""

    code = "DISSENTER_LEFT_OUT"


class SignerMissing(Conflict):
    """{who} 不在会签人之中，或者已经减签。请刷新页面查看。"""

    code = "SIGNER_MISSING"


class SignerHasSigned(Conflict):
    """{who} 已于会签中签署意见，不能再签，也不能减签。请刷新页面查看。"""

    code = "SIGNER_HAS_SIGNED"


class LastSigner(Conflict):
    """{who} 是最后一位待签署的会签人，不能减签。不再需要会签的，请写明理由撤销会签。"""

    code = "LAST_SIGNER"


class NotYourTurn(Conflict):
    """依次会签还没有轮到您，请等待前面的 {who} 签署。"""

    code = "NOT_YOUR_TURN"


class SignatureIncomplete(Invalid):
    """请选择同意或者不同意，并写明意见；意见、依据、条件各不超过2000字。"""

    code = "SIGNATURE_INCOMPLETE"


class CallOffUnwritten(Invalid):
    """请写明撤销会签的理由（不超过500字），它会记入过程记录。"""

    code = "CALL_OFF_UNWRITTEN"


class QuestionTooLong(Invalid):
    """提请会签的说明不能超过2000字，现有{length}字，请删减。"""

    code = "QUESTION_TOO_LONG"


@dataclass(frozen=True)
class Signer:
    """Somebody who was asked, and what they said; times UTC."""

    number: int
    account: str
    person: str
    name: str
    role: str
    department: str
    added_at: datetime
    removed_at: datetime | None
    waits: bool
    verdict: str | None
    opinion: str | None
    basis: str | None
    conditions: str | None
    signed_at: datetime | None


@dataclass(frozen=True)
class Round:
    """A countersigning of a task with everybody who was asked, in the order of asking."""

    root_id: str
    task_id: str
    round: int
    mode: str
    percent: int | None
    question: str
    state: str
    asked_by: str
    asked_at: datetime
    settled_at: datetime | None
    ended_by: str | None
    reason: str | None
    shown: bool
    """Whether the holder showed a draft of the answer."""
    signers: tuple[Signer, ...]

    @property
    def standing(self) -> list[Signer]:
        """Everybody who was asked and not removed."""
        return [one for one in self.signers if one.removed_at is None]

    @property
    def unsigned(self) -> list[Signer]:
        """Who has still to sign, were it not decided by others before."""
        return [one for one in self.standing if one.verdict is None]


def outcome_of(mode: str, percent: int | None, verdicts: Sequence[str | None]) -> str:
    """Return what the ``verdicts`` of the standing signers, in the order of asking, come to.

    It is ``pending``, ``agreed`` or ``refused``; a verdict is None for who has not signed.
    """
    agree, disagree, all = verdicts.count("agree"), verdicts.count("disagree"), len(verdicts)
    left = all - agree - disagree
    if mode == "any":
        return "agreed" if agree else "refused" if disagree else "pending"
    if mode == "ratio":
        needed = (percent or 100) * all
        if all and agree * 100 >= needed:
            return "agreed"
        return "refused" if (agree + left) * 100 < needed else "pending"
    if mode == "in_order" and disagree:
        return "refused"
    if left or not all:
        return "pending"
    return "refused" if disagree else "agreed"


def outcome_of_round(one: Round) -> str:
    """Return what a round comes to by its rows alone."""
    return outcome_of(one.mode, one.percent, [signer.verdict for signer in one.standing])


def outcome_of_task(rounds: Iterable[Round]) -> str | None:
    """Return what the last round that counts comes to; None when none was asked for, or all were called off."""
    counted = [one for one in rounds if one.state in COUNTED]
    return outcome_of_round(counted[-1]) if counted else None


def whose_turn(one: Round) -> list[Signer]:
    """Return who is to sign now: nobody once it is decided, the first that is left where they sign in order."""
    if outcome_of_round(one) != "pending":
        return []
    return one.unsigned[:1] if one.mode == "in_order" else one.unsigned


def dissenters(rounds: Iterable[Round]) -> list[Signer]:
    """Return who disagreed in the last settled round: a further one asks them again, or it would be got round."""
    settled = [one for one in rounds if one.state in ("agreed", "refused")]
    if not settled or settled[-1].state != "refused":
        return []
    return [one for one in settled[-1].standing if one.verdict == "disagree"]


def refuse_mode(mode: str, percent: int | None) -> None:
    """Raise :class:`ModeUnknown`; only a vote has a percent."""
    if mode not in MODES or (mode == "ratio") != (percent is not None) or percent not in (None, *range(1, 101)):
        raise ModeUnknown


def refuse_removal(one: Round, account: str, rounds: Iterable[Round]) -> Signer:
    """Return the signer who may be removed.

    Raises :class:`SignerMissing`, :class:`SignerHasSigned`, :class:`LastSigner`, :class:`DissenterLeftOut`.
    """
    found = next((signer for signer in one.standing if signer.account == account), None)
    if found is None:
        raise SignerMissing(who=account)
    if found.verdict is not None:
        raise SignerHasSigned(who=found.name)
    if found.person in {signer.person for signer in dissenters(rounds)}:
        raise DissenterLeftOut(who=found.name)
    if one.unsigned == [found]:
        raise LastSigner(who=found.name)
    return found


def refuse_signature(one: Round, account: str) -> Signer:
    """Return the row that ``account`` may sign now.

    Raises :class:`SignerMissing`, :class:`SignerHasSigned`, :class:`NotYourTurn`.
    """
    mine = next((signer for signer in one.standing if signer.account == account), None)
    if mine is None:
        raise SignerMissing(who=account)
    if mine.verdict is not None:
        raise SignerHasSigned(who=mine.name)
    turn = whose_turn(one)
    if mine not in turn:
        raise NotYourTurn(who="、".join(signer.name for signer in turn))
    return mine


def checked_words(verdict: str, opinion: str, basis: str, conditions: str) -> tuple[str, str | None, str | None]:
    """Return opinion, basis and conditions as they are kept; raise :class:`SignatureIncomplete`."""
    said = [text.replace("\r\n", "\n").strip() for text in (opinion, basis, conditions)]
    if verdict not in VERDICTS or not said[0] or max(map(len, said)) > LONGEST:
        raise SignatureIncomplete
    return said[0], said[1] or None, said[2] or None
