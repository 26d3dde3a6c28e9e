"""Acts of a case that are no task: one page each, with its form, what it leads to, and the way back.

An act is a line of :data:`ACTS`: who may, which form, when it is offered, and the command it makes.  The page asks the
same permission as the door; whether the case is at the right point is the handler's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.casework.cases.endings import handlers as endings
from engine.casework.cases.endings import moving
from engine.casework.cases.endings import rules as ending_rules
from engine.casework.cases.endings.commands import AskReview, MoveToItem, WithdrawCase
from engine.casework.cases.outcomes import mistakes, promising
from engine.casework.cases.outcomes.commands import SupplyDeficient
from engine.casework.cases.outcomes.rules import AFTER_ACCEPTANCE, BEFORE_DECISION
from engine.casework.cases.procedures import extension
from engine.casework.cases.procedures.commands import RequestExtension
from engine.casework.cases.queries import CaseFile, visible_case
from engine.casework.issuance import reopening
from engine.casework.issuance.reopening import ReopenCase
from engine.casework.joint.changing.commands import ProposeBranch
from engine.casework.joint.changing.handlers import prepare_branch
from engine.door import KeyReused
from engine.foundation.errors import InvalidFields, NotFound, Refusal
from engine.foundation.store.commands import Command
from engine.process.tasks.registry import View
from engine.registry.identity.rules import may, require
from forms import Context
from web import casefile, jointview
from web.answers import Receiver
from web.failures import status_for
from web.page import FormSentBefore, form_key, is_fragment, kept_key
from web.photos import Photos, Place
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("acts", __name__)


class ActUnknown(NotFound):
    """没有这一办理事项，请从办件页面重新选择。"""

    code = "ACT_UNKNOWN"


@dataclass(frozen=True)
class CaseAct:
    """An act: ``word`` in the address, the permission ``action``, the ``form`` asked, the ``command`` it makes."""

    word: str
    title: str
    leads_to: str
    action: str
    form: str
    command: Callable[[str, Mapping[str, Any]], Command]
    prepare: Callable[[View, CaseFile], Context]
    states: frozenset[str]
    """In which states of a case the act is offered."""
    fits: Callable[[casefile.CaseView], bool] = lambda shown: True
    """Whether there is anything to do: what was promised is brought only where something is owed."""
    back: str = "cases.show"
    """The page that shows what was done."""


@dataclass(frozen=True)
class Filled:
    """The form as it is shown."""

    data: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


def _extension(case_no: str, answer: Mapping[str, Any]) -> Command:
    return RequestExtension(case_no=case_no, days=int(answer.get("days") or 0), reason=str(answer.get("reason") or ""))


ACTS: Mapping[str, CaseAct] = {
    act.word: act
    for act in (
        CaseAct(
            "withdraw", "撤回申请", "办件到此结束，时限停止，出具《撤回申请确认书》；不影响以后再次申请。",
            "case.withdraw", "withdraw",
            lambda case_no, answer: WithdrawCase(case_no=case_no, answer=answer), endings.prepare_withdrawal,
            ending_rules.BEFORE_DECISION,
        ),
        CaseAct(
            "move", "转到正确的事项", "本件以“登记有误”结束，在正确的事项下另立办件，收到材料的时间不变。", "case.move",
            "move_to_item", lambda case_no, answer: MoveToItem(case_no=case_no, answer=answer), moving.prepare_moving,
            ending_rules.BEFORE_DECISION,
        ),
        CaseAct(
            "review", "申请复核", "由业务主管部门复核不予收件（受理）的结论，作出结论的人员回避；复核以一次为限。",
            "rejection_review.ask", "ask_review", lambda case_no, answer: AskReview(case_no=case_no, answer=answer),
            endings.prepare_asking, frozenset({"rejected"}),
        ),
        CaseAct(
            "reopen", "重新制作结果", "归档之前发现结果有误的，重新制作、转交和送达；原结果和送达记录留在过程记录中。",
            "case.reopen", "reopen", lambda case_no, answer: ReopenCase(case_no=case_no, answer=answer),
            reopening.prepare_reopening, reopening.AFTER_DELIVERY, fits=lambda shown: shown.own is None,
        ),
        CaseAct(
            "extend", "申请延长办理期限", "经批准并书面告知理由后，法定期限延长，以一次为限；承诺时限不变，不计超期。",
            "extension.request", "extension_request", _extension, extension.prepare_request,
            frozenset({"accepted", "under_review"}),
        ),
        CaseAct(
            "supply", "登记补交的容缺材料", "补交的材料记入材料清单；纸质材料随交接单转交业务主管部门。",
            "deficiency.supply", "supply_deficient",
            lambda case_no, answer: SupplyDeficient(case_no=case_no, answer=answer),
            lambda view, case: promising.supply_context(view, case.root_id), AFTER_ACCEPTANCE,
            fits=lambda shown: shown.intake.owing.anything,
        ),
        CaseAct(
            "material", "更正材料登记", "原登记和更正后的登记都记入过程记录；收件（受理）之前更正的，材料重新审查。",
            "material.correct", "correct_material", mistakes.material_command, mistakes.material_context,
            BEFORE_DECISION,
        ),
        CaseAct(
            "applicant", "更正申请对象", "更正后，写有原申请对象的文书需要作废重出；证件号码、电话和地址须重新填写。",
            "applicant.correct", "correct_applicant", mistakes.applicant_command, mistakes.applicant_context,
            BEFORE_DECISION,
        ),
        CaseAct(
            "branch", "提出加入联审分支",
            "经牵头部门另一位业务负责人批准后，向该部门征求意见；加入后的关键路径不得超过承诺时限。", "branch.propose",
            "add_branch", lambda case_no, answer: ProposeBranch(case_no=case_no, answer=answer),
            lambda view, case: prepare_branch(view, case.root_id), frozenset({"accepted", "under_review", "suspended"}),
            fits=lambda shown: jointview.may_add(actor(), shown.joint), back="joint.show",
        ),
    )
}  # fmt: skip


def offered(case: CaseFile, shown: casefile.CaseView) -> list[CaseAct]:
    """Return the acts that the signed-in person may do to the case as it stands."""
    return [act for act in ACTS.values() if case.status in act.states and may(actor(), act.action) and act.fits(shown)]


@blueprint.get("/cases/<case_no>/acts/<word>")
@page(action="case.see")
def show(case_no: str, word: str) -> AnyResponse:
    """Show an act's form."""
    return _page(case_no, _act(word), None, 200)


@blueprint.post("/cases/<case_no>/acts/<word>")
@page(action="case.see")
def carry_out(case_no: str, word: str) -> AnyResponse:
    """Do what the pressed button says: send the form, or refresh it."""
    act, part = _act(word), is_fragment()
    schema = forms.load(act.form)
    with door().read(actor()) as view:
        case = visible_case(view.connection, case_no, view.scope)
        context = act.prepare(view, case)
    photos = _photos(act, case, context)
    posted = Receiver(door(), actor(), form_key()).read(schema, context, with_files=not part)
    pressed = request.form.get("_act", "")
    if part:
        changed = forms.row_act(schema, posted.data, pressed)
        return make_response(_fields(case_no, act, posted.context, Filled(changed), photos, wrapper=False))
    posted = photos.take(posted, pressed, form_key())
    try:
        if photos.press(pressed, posted.data):
            return _page(case_no, act, Filled(posted.data, posted.errors), 200, photos)
        if pressed != "submit":
            changed = forms.row_act(schema, posted.data, pressed)
            return _page(case_no, act, Filled(changed, posted.errors), 200, photos)
        photos.refuse_unseen()
        if posted.errors:
            raise InvalidFields({**forms.validate(schema, posted.data, posted.context).errors, **posted.errors})
        outcome = door().execute(act.command(case_no, posted.data), actor(), key=form_key())
    except InvalidFields as wrong:
        return _page(case_no, act, Filled(posted.data, wrong.errors), 422, photos)
    except KeyReused:
        return _page(case_no, act, Filled(posted.data, {}, FormSentBefore()), 409, photos)
    except Refusal as refusal:
        return _page(case_no, act, Filled(posted.data, {}, refusal), status_for(refusal), photos)
    photos.close()
    return redirect(url_for(act.back, case_no=outcome["case_no"], noted=1), 303)


def _act(word: str) -> CaseAct:
    """Return the act; raise :class:`ActUnknown`, or NotYourAction for who may not do it."""
    if word not in ACTS:
        raise ActUnknown
    require(actor(), ACTS[word].action)
    return ACTS[word]


def _photos(act: CaseAct, case: CaseFile, context: Context) -> Photos:
    url = url_for("acts.carry_out", case_no=case.case_no, word=act.word)
    return Photos(Place(url, case.item_name, case.root_id), forms.load(act.form), context)


def _page(
    case_no: str, act: CaseAct, filled: Filled | None, status: int, photos: Photos | None = None
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        shown = casefile.gather(view, case, named=True)
        context = act.prepare(view, case)
    filled = filled or Filled(forms.initial(forms.load(act.form), context))
    html = render_template(
        "act.html", act=act, shown=shown, case=case, filled=filled, key=kept_key(), in_time=case.status in act.states,
        fields=_fields(case_no, act, context, filled, photos or _photos(act, case, context)),
    )  # fmt: skip
    return make_response(html, status)


def _fields(
    case_no: str, act: CaseAct, context: Context, filled: Filled, photos: Photos, *, wrapper: bool = True
) -> str:
    url = url_for("acts.carry_out", case_no=case_no, word=act.word)
    return forms.render(
        forms.load(act.form), filled.data, filled.errors, context, htmx_post=url, wrapper=wrapper,
        phones=photos.shown(),
    )  # fmt: skip
