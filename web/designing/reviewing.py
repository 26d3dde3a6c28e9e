"""Sending a draft for review, deciding on it, and undoing its release."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from engine.oversight.publishing.drafting import commands
from web.designing.answers import blueprint
from web.designing.drafts import done
from web.numbers import whole_number
from web.security import page


@blueprint.post("/drafts/<id>/submit")
@page(action="process.draft")
def submit(id: str) -> AnyResponse:
    """Ask another person to decide; what is urgent comes with its reason."""
    emergency = request.form.get("emergency", "")[:1000]
    # The form for what is urgent wants its reason: without one it is no ordinary submission.
    urgent = (emergency or " ") if request.form.get("urgent") else ""
    return done(id, commands.SubmitDraft(draft_id=id, emergency=urgent))


@blueprint.post("/drafts/<id>/take-back")
@page(action="process.draft")
def take_back(id: str) -> AnyResponse:
    """Let the draft be edited again."""
    return done(id, commands.TakeBackDraft(draft_id=id))


@blueprint.post("/drafts/<id>/drop")
@page(action="process.draft")
def drop(id: str) -> AnyResponse:
    """End the draft."""
    return done(id, commands.AbandonDraft(draft_id=id))


@blueprint.post("/drafts/<id>/approve")
@page(action="process.approve")
def approve(id: str) -> AnyResponse:
    """Release the draft, at once or from a day on."""
    command = commands.ApproveDraft(
        draft_id=id, version=_version(), effective=request.form.get("effective", "")[:20],
        note=request.form.get("opinion", "")[:500],
    )  # fmt: skip
    return done(id, command)


@blueprint.post("/drafts/<id>/release-urgently")
@page(action="process.approve")
def release_urgently(id: str) -> AnyResponse:
    """Confirm an urgent release as the second person."""
    note = request.form.get("confirmation", "")[:1000]
    return done(id, commands.ReleaseUrgently(draft_id=id, version=_version(), note=note))


@blueprint.post("/drafts/<id>/send-back")
@page(action="process.approve")
def send_back(id: str) -> AnyResponse:
    """Give the draft back with the reasons."""
    return done(id, commands.SendBackDraft(draft_id=id, note=request.form.get("note", "")[:1000]))


@blueprint.post("/drafts/<id>/roll-back")
@page(action="process.approve")
def roll_back(id: str) -> AnyResponse:
    """Put back what the release of the draft changed."""
    return done(id, commands.RollBack(draft_id=id, reason=request.form.get("reason", "")[:1000]))


def _version() -> int:
    return whole_number(request.form.get("version", "")) or 0
