"""Every page of the product and how to reach it in the filled house.

A new GET route needs a line here: in :data:`PAGES` when it answers a page for people, else in :data:`NO_PAGES` with
what it answers instead.  An address is a template over the house's names: ``{late}`` is the case called ``late``,
``{task:formal:ut_formal}`` is the id of the open task of the case ``formal`` at ``ut_formal``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.filled.serving import FilledHall

STRANGER = ""


@dataclass(frozen=True)
class Shown:
    """A page as somebody opens it: ``account`` (a stranger for "") asks for ``address``."""

    account: str
    address: str
    status: int = 200

    def at(self, hall: FilledHall) -> str:
        """Return the whole address in ``hall``."""
        return hall.url + re.sub(r"\{([^}]+)\}", lambda found: _named(hall, found[1]), self.address)


def _named(hall: FilledHall, name: str) -> str:
    kind, _, rest = name.partition(":")
    if kind == "task":
        return hall.task(*rest.rsplit(":", 1))
    if kind == "document":
        case, _, wanted = rest.rpartition(":")
        issued = [one.id for one in hall.house.documents(hall.at[case]) if one.kind == wanted]
        return issued[-1]
    return hall.at[name]


def _by(account: str, *addresses: str) -> tuple[Shown, ...]:
    return tuple(Shown(account, address) for address in addresses)


PAGES: Mapping[str, tuple[Shown, ...]] = {
    # 公众
    "about.show": _by(STRANGER, "about"),
    "about.errors": _by(STRANGER, "about/errors", "about/errors?q=TASK", "about/errors?q=没有这个代码"),
    "about.clauses": _by(STRANGER, "about/clauses?chapter=6", "about/clauses"),
    "sign_in.show": _by(STRANGER, "sign-in", "sign-in?next=/cases"),
    "guides.listing": _by(STRANGER, "guides", "guides?q=餐饮", "guides?q=没有这个"),
    "guides.show": _by(STRANGER, "guides/I02", "guides/I11", "guides/I12"),
    "flows.listing": _by(STRANGER, "processes"),
    "flows.show": _by(STRANGER, "processes/one_window_main", "processes/examination", "processes/route_joint"),
    "progress.ask": _by(STRANGER, "progress"),
    "verify.ask": _by(STRANGER, "verify"),
    "verify.show": (Shown(STRANGER, "verify/0123456789abcdef", 404),),
    "decisions.show": _by(STRANGER, "public/decisions"),
    "edelivery.ask": _by(STRANGER, "e/{e-delivery token}"),
    "phone.show": (*_by(STRANGER, "p/{phone token}"), Shown(STRANGER, "p/nowhere", 404)),
    # 综合窗口
    "inbox.show": _by("W01", "", "?box=role", "?box=department") + _by("W03", "") + _by("D11", "?box=role")
    + _by("D12", "") + _by("A01", ""),
    "inbox.messages": _by("W01", "messages") + _by("D12", "messages"),
    "handing.copies": _by("D12", "inbox/copies") + _by("S51", "inbox/copies"),
    "handing.delegated": _by("D13", "inbox/delegated") + _by("W01", "inbox/delegated"),
    "leave.show": _by("D12", "leave") + _by("W01", "leave") + _by("A02", "leave"),
    "intake.choose": _by("W01", "applications/new", "applications/new?q=没有这个"),
    "intake.start": _by("W01", "applications/new/I02", "applications/new/I06", "applications/new/I13"),
    "together.start": _by("W01", "applications/several?item=I01&item=I06"),
    "together.show": _by("W01", "applications/{application}"),
    "clocks.show": _by("W01", "cases/{formal}/clocks", "cases/{awaiting correction}/clocks")
    + _by("D12", "cases/{late}/clocks", "cases/{under review}/clocks") + _by("D31", "cases/{suspended}/clocks")
    + _by("D31", "cases/{extended}/clocks"),
    "slips.show": _by("W01", "cases/{under review}/slip"),
    "contacts.listing": _by("W01", "contacts") + _by("D11", "contacts"),
    "contacts.show": _by("W01", "contacts/{contact}", "contacts/{contact closed}")
    + _by("D11", "contacts/{contact offered}"),
    "counselling.listing": _by("W01", "consultations") + _by("D11", "consultations"),
    "counselling.show": _by("W01", "consultations/{consultation}", "consultations/{consultation answered}")
    + _by("D11", "consultations/{consultation}"),
    "counselling.call": _by("W01", "calls/{call answered}") + _by("D31", "calls/{call}"),
    "notes.show": _by("W01", "notes") + _by("D11", "notes"),
    "shift.show": _by("W01", "shift"),
    "shift.day": _by("W01", "shift/day"),
    "origins.visit": _by("W01", "cases/{under review}/visits"),
    "acts.show": _by("W01", "cases/{formal}/acts/withdraw", "cases/{formal}/acts/move", "cases/{rejected}/acts/review",
                     "cases/{formal}/acts/material") + _by("D31", "cases/{suspended}/acts/extend")
    + _by("D62", "cases/{delivered}/acts/reopen") + _by("D11", "cases/{joint}/acts/branch"),
    "papers.show": _by("D11", "cases/{under review}/papers") + _by("W01", "cases/{refused hand-over}/papers"),
    "photos.arrived": _by("W01", "phones/{phone link}"),
    # 出件
    "delivery.uncollected": _by("W03", "uncollected"),
    "delivery.ask": _by("W03", "cases/{uncollected}/delivery", "cases/{to be shipped}/delivery"),
    "delivery.messages": _by("W03", "demo/messages"),
    # 办件和任务
    "cases.listing": _by("W01", "cases?all=1", "cases?status=archived&q=没有") + _by("D12", "cases?type=commitment"),
    "cases.show": _by(
        "W01", "cases/{formal}", "cases/{awaiting correction}", "cases/{lapsed}", "cases/{rejected}",
        "cases/{withdrawn}", "cases/{misfiled}", "cases/{owing}", "cases/{by an agent}", "cases/{awaiting approval}",
        "cases/{collated}", "cases/{accepted}", "cases/{on a promise}",
    ) + _by(
        "D12", "cases/{late}", "cases/{joint}", "cases/{under review}", "cases/{denied}", "cases/{terminated}",
        "cases/{handed over}", "cases/{archived firm}",
    ) + _by("D31", "cases/{suspended}", "cases/{extended}") + _by("D111", "cases/{reported up}")
    + _by("W03", "cases/{uncollected}", "cases/{kept}", "cases/{in transit}", "cases/{awaiting reading}",
          "cases/{archived}"),
    "tasks.show": _by(
        "W01", "tasks/{task:formal:ut_formal}", "tasks/{task:held:ut_formal}", "tasks/{task:held by another:ut_formal}",
        "tasks/{task:awaiting correction:ut_receive_correction}", "tasks/{task:delivered:ut_collate}",
    ) + _by("D11", "tasks/{task:under review:ut_substantive}", "tasks/{task:soon:ut_plan_visit}",
            "tasks/{task:decided:ut_make_result}")
    + _by("D13", "tasks/{task:soon:ut_plan_visit}") + _by("L31", "tasks/{task:under review:ut_substantive}")
    + _by("D12", "tasks/{task:awaiting confirmation:ut_confirm_correction}", "tasks/{task:joint:ut_branch_opinion}")
    + _by("D62", "tasks/{task:accepted:ut_head_decide}") + _by("D32", "tasks/{task:extension asked:ut_ext_approve}")
    + _by("W03", "tasks/{task:handed over:ut_result_receipt}", "tasks/{task:uncollected:ut_pickup}",
          "tasks/{task:to be shipped:ut_ship}") + _by("D143", "tasks/{task:collated:ut_archive}"),
    "documents.ask_void": (Shown("W01", "documents/{document:accepted:acceptance_notice}/void"),
                           Shown("W01", "documents/{void document}/void", 409)),
    "joint.listing": _by("D12", "joint", "joint?part=asked", "joint?state=concluded&late=1") + _by("S51", "joint"),
    "joint.show": _by("D12", "cases/{joint}/joint") + _by("D42", "cases/{joint}/joint"),
    "search.show": _by("W01", "search?q=餐饮", "search?q=没有这个", "search?q=餐饮&tab=guides"),
    "countersigning.listing": _by("D11", "countersignings"),
    "countersigning.show": _by("W01", "tasks/{task:held:ut_formal}/countersigning"),
    "goingback.ask": _by("W01", "tasks/{task:held:ut_formal}/send-back"),
    "goingback.confirm": _by("W01", "tasks/{task:held:ut_formal}/withdraw"),
    "export.ask": _by("S51", "cases/export"),
    "sharing.show": _by("D11", "cases/{under review}/share"),
    "sharing.listing": _by("D41", "shared") + _by("D51", "shared"),
    "joint_meetings.listing": _by("D12", "cases/{joint}/joint/meetings"),
    "joint_meetings.show": _by("D12", "cases/{joint}/joint/meetings/1") + _by("D42", "cases/{joint}/joint/meetings/1"),
    "joint_meetings.sheet": _by("D12", "cases/{joint}/joint/meetings/1/print"),
    "joint_meetings.ask": _by("D12", "cases/{joint}/joint/meetings/new"),
    "joint_meetings.ask_act": _by("D12", "cases/{joint}/joint/meetings/1/move"),
    "joint_visits.listing": _by("D12", "cases/{joint}/joint/visits"),
    "joint_visits.show": _by("D12", "cases/{joint}/joint/visits/1") + _by("D31", "cases/{joint}/joint/visits/1"),
    "joint_visits.sheet": _by("D31", "cases/{joint}/joint/visits/1/print"),
    "joint_visits.ask": _by("D12", "cases/{joint}/joint/visits/new"),
    "joint_visits.ask_act": _by("D31", "cases/{joint}/joint/visits/1/people"),
    "barrings.listing": _by("W01", "barrings"),
    "barrings.show": _by("D12", "barrings/{barring}", "barrings/{barring lifted}"),
    "barrings.ask": _by("D12", "barrings/new"),
    # 监察、审计、管理
    "origins.listing": _by("S51", "back-records"),
    "origins.show": _by("S51", "cases/{awaiting approval}/back-record"),
    "calendar.show": _by("W01", "calendar", "calendar?year=2027") + _by("A01", "calendar"),
    "calendar.ask": _by("A01", "calendar/drafts/new", "calendar/drafts/new?way=closure"),
    "calendar.look": _by("C01", "calendar/drafts/{calendar draft}") + _by("A01", "calendar/drafts/{calendar draft}"),
    "supervision.show": _by("S51", "supervision"),
    "supervision.listing": _by("S51", "supervision/limits", "supervision/limits?light=near&kind=delivery"),
    "standstills.listing": _by("S51", "standstills"),
    "standstills.ask": _by("A01", "standstills/new"),
    "standstills.look": _by("C01", "standstills/{standstill}") + _by("S51", "standstills/{standstill in force}"),
    "delays.show": _by("D12", "me/delays") + _by("W01", "me/delays"),
    "orders.listing": _by("S51", "orders", "orders?state=withdrawn") + _by("D12", "orders"),
    "orders.show": _by("D12", "orders/{order}") + _by("S51", "orders/{order answered}", "orders/{order closed}"),
    "orders.ask": _by("S51", "orders/new?case={under review}"),
    "orders.sheet": _by("S51", "orders/{order closed}/print"),
    "conformance.show": _by("U81", "audit/conformance", "audit/conformance?verdict=fits",
                            "audit/conformance?item=I99"),
    "sealing.show": _by("U81", "audit") + _by("A03", "audit"),
    "figures.show": _by("U81", "audit/figures", "audit/figures?item=I02&by=total", "audit/figures?page=9")
    + _by("D62", "audit/figures"),
    "figures.way": _by("U81", "audit/figures/ways/{way}", "audit/figures/ways/{way}?page=9"),
    "audit.show": _by("U81", "cases/{under review}/journal"),
    "auditing.listing": _by("U81", "audit/cases", "audit/cases?item=I02&overdue=1&returned=0")
    + _by("U81", "audit/cases?q=没有这个"),
    "auditing.sample_list": _by("U81", "audit/samples"),
    "auditing.sample": _by("U81", "audit/samples/{sample}", "audit/samples/{sample}?again=1"),
    "auditing.ask_export": _by("U81", "audit/export?item=I02", "audit/export?sample={sample}"),
    "findings.listing": _by("U81", "audit/findings", "audit/findings?state=withdrawn&kind=note"),
    "findings.sheet": _by("U81", "audit/findings/print"),
    "findings.show": _by("U81", "audit/findings/{finding}", "audit/findings/{finding settled}"),
    "findings.on_case": _by("U81", "cases/{under review}/findings?at=3", "cases/{formal}/findings"),
    "comparing.show": _by("U81", "audit/compare?a={under review}", "audit/compare?a={under review}&b={late}")
    + _by("S51", "audit/compare"),
    "reexecution.listing": _by("U81", "audit/reexecution"),
    "reexecution.show": _by("U81", "audit/reexecution/{reexecution}") + _by("U81", "audit/reexecution/{waiting run}"),
    "bundles.ask": _by("U81", "cases/{under review}/bundle"),
    "replay.show": _by("U81", "cases/{under review}/replay"),
    "accounts.listing": _by("A02", "accounts", "accounts?q=没有这个"),
    "accounts.show": _by("A02", "accounts/W01"),
    "accounts.journal": _by("A02", "accounts/W01/journal"),
    "account_acts.ask": _by("A02", "accounts/new"),
    "myself.show": _by("W01", "me"),
    "myself.password": _by("W01", "me/password"),
    "factor.show": _by("W01", "me/factor"),
    "cards.listing": _by("S51", "supervision/cards", "supervision/cards?level=yellow&state=cancelled")
    + _by("D22", "supervision/cards"),
    "cards.show": _by("D12", "supervision/cards/{card}") + _by("S51", "supervision/cards/{card appealed}"),
    "ladders.show": _by("A01", "ladders") + _by("S51", "ladders"),
    "ladders.ask": _by("A01", "ladders/commitment/edit", "ladders/relay/edit"),
    "ladders.look": _by("C01", "ladders/drafts/{ladder draft}") + _by("A01", "ladders/drafts/{ladder draft}"),
    "designing.rehearsals": _by("P61", "designer/rehearsals", "designer/rehearsals?process=intake"),
    "designing.rehearsal": _by("P61", "designer/rehearsals/{rehearsal}", "designer/rehearsals/{rehearsal failed}"),
    "policies.show": _by("A01", "policies") + _by("W01", "policies"),
    "policies.look": _by("A01", "policies/uncollected", "policies/hearing_ask") + _by("W01", "policies/delivery"),
    "policies.weigh": _by("C01", "policies/drafts/{policy draft}") + _by("A01", "policies/drafts/{policy draft}"),
    "designing.home": _by("P61", "designer") + _by("P62", "designer"),
    "designing.ask": _by("P61", "designer/drafts/new", "designer/drafts/new?kind=process&name=intake"),
    "designing.show": _by("P61", "designer/drafts/{draft}", "designer/drafts/{draft in review}")
    + _by("P62", "designer/drafts/{draft in review}", "designer/drafts/{draft released}"),
    "designing.edit": _by("P61", "designer/drafts/{draft}/files/process/route_commitment",
                          "designer/drafts/{draft in review}/files/form/substantive_review"),
    "designing.look_at_foreign": _by("P61", "designer/drafts/{draft}/adopt/route_commitment"),
    "designing.edit_item": _by("P61", "designer/drafts/{draft}/items/I13"),
    "releases.listing": _by("P61", "designer/releases"),
    "releases.item": _by("P61", "designer/releases/{item}"),
    "releases.compare": _by("P61", "designer/releases/{item}/compare?from=1&to={newest release}"),
    "impact.show": _by("P61", "designer/releases/{item}/1/impact?to={newest release}"),
    "impact.batch": _by("P61", "designer/releases/batches/{batch}"),
    "clause_matrix.show": _by("P61", "designer/releases/clauses", "designer/releases/clauses?process=intake"),
    "incidents.listing": _by("A01", "incidents", "incidents?state=resolved", "incidents?q=没有这个"),
    "incidents.show": _by("A01", "incidents/{incident}", "incidents/{incident of a limit}",
                          "incidents/{incident settled}"),
}  # fmt: skip
"""Pages by their endpoint, each as one or several people see it."""

NO_PAGES: Mapping[str, str] = {
    "static": "styles, scripts, pictures",
    "documents.show": "a PDF file",
    "sealing.checkpoint": "a signed checkpoint",
    "figures.take": "a table as a file",
    "sealing.key": "the public key to it",
    "conformance.take_csv": "a table as CSV",
    "conformance.take_xlsx": "a spreadsheet",
    "tasks.blank_paper": "a PDF file",
    "edelivery.fetch": "a file of the applicant's",
    "files.download": "a file of the case",
    "files.preview": "a picture of a file",
    "files.loose": "a picture of a file",
    "sharing.file": "a shared file",
    "flows.file": "a BPMN file",
    "designing.rehearsal_script": "a script as JSON",
    "releases.take": "a spreadsheet",
    "impact.take": "a spreadsheet",
    "impact.take_batch": "a spreadsheet",
    "clause_matrix.take": "a spreadsheet",
    "audit.line": "a journal line as JSON",
    "reexecution.take": "a table",
    "designing.content": "a file of a draft",
    "designing.comments": "JSON for the script of an editor",
    "designing.vocabulary": "JSON for the script of an editor",
    "health.alive": "JSON for machines",
    "health.ready": "JSON for machines",
    "metrics.show": "figures for a monitor",
}
"""GET routes that answer no page, and what they answer."""

PARTS = frozenset({"photos.arrived"})
"""Pages that are a part of another one: no frame, no heading."""


def shown_pages(*, parts: bool = False) -> list[Shown]:
    """Return every page as it is opened, those that are only parts of one with ``parts``."""
    return [one for endpoint, shown in PAGES.items() if parts or endpoint not in PARTS for one in shown]
