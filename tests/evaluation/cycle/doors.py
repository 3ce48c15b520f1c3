"""Every operation of the cycle: how it is called, who may, and when; written down apart from the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from evaluation.cycle.agreed import LETTER_DATE, approve
from evaluation.cycle.door_table import TABLE
from evaluation.cycle.planted import NEXT_VERSION, SYSTEM, Planted
from evaluation.cycle.world import CLOSES_AGAIN, CODE, FAR, NEIGHBOUR, NOW, OPENS, OPENS_AGAIN, OWN
from pilar.areas.models import Region
from pilar.evaluation import operations as do
from pilar.evaluation.models import AgreedMark, Campaign, CampaignGroup, FilledIn, MarkingDone, Objection, Participation
from pilar.evaluation.queries.seating import sittings
from pilar.evaluation.rules.answer_sheets import SheetAnswer
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.assignment import Sitting, fingerprint
from pilar.evaluation.rules.campaigns import CampaignRules, GroupPlan, Period
from pilar.evaluation.rules.filling import Draft
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.follow_up import Plan
from pilar.evaluation.rules.mark_sheets import SheetMark
from pilar.evaluation.rules.meetings import Attendee, MeetingKind
from pilar.evaluation.rules.objections import Response, Stance
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence.operations import Link
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.operations import grant_membership, load_retention
from pilar.people.rules import OPERATOR, Role, Standing

Call = Callable[[Planted, Standing], object]

RULES = CampaignRules("Judul lain", "Another title")
PERIOD, LATER = Period(OPENS, NOW + timedelta(days=9)), Period(OPENS_AGAIN, CLOSES_AGAIN + timedelta(days=9))
UNRANKED = "32.99"
"""A region without a published result."""
GIVEN = Given(mark=Decimal(4), explanation="Peraturan baru")
FOUR = ("chair", "assessor1", "assessor2", "assessor4")
SLOT = {
    "kind": MeetingKind.INTERVIEW, "place": "Balai kota",
    "starts_at": NOW + timedelta(days=5), "ends_at": NOW + timedelta(days=5, hours=1),
}  # fmt: skip

PEOPLE: dict[str, tuple[str, str]] = {
    "secr": ("secretariat", OWN), "coor": ("coordinator", OWN), "contr": ("contributor", OWN),
    "coll": ("colleague", OWN), "verif": ("verifier", OWN), "chair": ("chair", OWN),
    "asses": ("assessor2", OWN), "other": ("assessor4", OWN), "none": ("assessor3", OWN),
    "neigh": ("coordinator", NEIGHBOUR), "strang": ("coordinator", FAR), "visitor": ("public", OWN),
}  # fmt: skip

LOADED = ("add_instrument", "choose_instrument", "record_group", "record_statement", "withdraw_others")
WITHOUT_A_DOOR = {
    "panels_changed": "called inside the operations that change seats, which ask",
    "synthetic_address": "changes nothing",
    "hold_filling": "changes nothing: an import holds by it what fill_in then changes, and both ask the same",
    **dict.fromkeys(LOADED, "published"),  # tests/evaluation/test_operations.py
}
SUCCEEDS_ELSEWHERE = {
    **dict.fromkeys(
        ("deliver", "forget_deliveries", "renew_systems"), "tests/evaluation/cycle/test_publication_hooks.py"
    ),
    "build_large_campaign": "tests/evaluation/cycle/test_results_synthetic.py",
    **dict.fromkeys(("add_assessors", "fill_campaign"), "tests/config/demonstration/test_campaigns.py"),
}


def _at_assessment(name: str, **more: Any) -> Call:
    return _at("marked", name, **more)


def _at(thing: str, name: str, **more: Any) -> Call:
    return lambda p, by: getattr(do, name)(by=by, assessment=p.key(thing), **more)


def _at_campaign(name: str, **more: Any) -> Call:
    return lambda p, by: getattr(do, name)(by=by, campaign=CODE, **more)


def _at_evidence(name: str, piece: str, **more: Any) -> Call:
    return lambda p, by: getattr(do, name)(
        by=by, assessment=p.key("marked"), node="policy", evidence=p.piece(piece), **more
    )


def _seen_figure(p: Planted) -> do.SeenFigure:
    return do.SeenFigure("policy", 1, str(p.values["figures"]))


CALLS: Mapping[str, Call] = {
    "create_campaign": lambda p, by: do.create_campaign(
        by=by, code="2027-uji", year=2027, instrument=("cycle-test", "1.0"), rules=RULES, periods=(PERIOD, LATER),
        groups=(GroupPlan("regular", "Reguler", "Regular"),),
    ),
    "build_large_campaign": lambda p, by: do.build_large_campaign(
        by=by, code="2027-besar", year=2027, regions=1, panel=1, seed=1, now=NOW
    ),
    "add_assessors": lambda p, by: do.add_assessors(by=by, code="uji", count=1, chairs=1, now=NOW),
    "fill_campaign": _at_campaign("fill_campaign", now=NOW),
    "edit_campaign": _at_campaign("edit_campaign", rules=RULES),
    "set_dates": _at_campaign("set_dates", phase=2, period=LATER, now=NOW),
    "add_group": _at_campaign("add_group", group=GroupPlan("baru", "Baru", "New")),
    "rename_group": _at_campaign("rename_group", group=GroupPlan("regular", "Biasa", "Ordinary")),
    "remove_group": _at_campaign("remove_group", group="empty"),
    "invite_regions": _at_campaign("invite_regions", group="regular", regions=(FAR,), now=NOW),
    "withdraw_region": _at_campaign("withdraw_region", region=UNRANKED, now=NOW),
    "move_to_group": _at_campaign("move_to_group", regions=(UNRANKED,), group="empty"),
    "move_phase": _at_campaign("move_phase", phase=1, target=PhaseState.OPEN, now=NOW),
    "remind": _at_campaign("remind", phase=1, now=NOW),
    "declare_conflict": lambda p, by: do.declare_conflict(
        by=by, assessor=p.key("assessor"), region=FAR, kind="home", now=NOW
    ),
    "remove_conflict": lambda p, by: do.remove_conflict(by=by, conflict=p.key("conflict"), reason="Pindah", now=NOW),
    "seat": lambda p, by: do.seat(by=by, campaign=CODE, region=OWN, assessor=p.world.key("assessor4"), now=NOW),
    "make_chair": lambda p, by: do.make_chair(by=by, campaign=CODE, region=OWN, assessor=p.key("assessor"), now=NOW),
    "unseat": lambda p, by: do.unseat(
        by=by, campaign=CODE, region=OWN, assessor=p.world.key("assessor2"), reason="Sakit", now=NOW
    ),
    "apply_proposal": lambda p, by: do.apply_proposal(
        by=by, campaign=CODE, seen=fingerprint(sittings(p.world.campaign)), now=NOW,
        seats=[Sitting(OWN, p.world.key(who), who == "chair") for who in FOUR],
    ),
    "allow_smaller_panel": _at_campaign("allow_smaller_panel", region=OWN, reason="Sakit", now=NOW),
    "roll_over": _at_campaign("roll_over", now=NOW),
    "extend": _at_assessment("extend", until=CLOSES_AGAIN, reason="Banjir", now=NOW),
    "set_aside": _at_assessment("set_aside", reason="Tidak menjawab", now=NOW),
    "take_up_again": _at_assessment("take_up_again", reason="Data lengkap", now=NOW),
    "return_assessment": _at_assessment("return_assessment", reason="Belum lengkap", now=NOW),
    "allocate": lambda p, by: do.allocate(
        by=by, assessment=p.key("marked"), nodes=("policy",), office=p.world.offices[OWN][1], now=NOW
    ),
    "save_answer": _at_assessment("save_answer", node="policy", given=GIVEN, seen_version=1, now=NOW),
    "save_answers": _at_assessment("save_answers", answers=(SheetAnswer("policy", GIVEN, seen_version=1),), now=NOW),
    "fill_in": lambda p, by: do.fill_in(
        by=by, campaign=CODE, phase=1, now=NOW,
        drafts=[Draft(p.key("marked"), "a.xlsx", (SheetAnswer("policy", GIVEN, seen_version=1),))]),
    "confirm_filled": _at_assessment("confirm_filled", seen={"policy": 1}, now=NOW),
    "take_over_answers": _at("agreed", "take_over_answers", now=NOW),
    "take_plan_figures": lambda p, by: do.take_plan_figures(
        by=by, assessment=p.key("marked"), seen=_seen_figure(p), now=NOW
    ),
    "take_all_plan_figures": lambda p, by: do.take_all_plan_figures(
        by=by, assessment=p.key("marked"), chosen=[_seen_figure(p)], now=NOW
    ),
    "attach": _at_evidence("attach", "loose", now=NOW),
    "attach_new": _at_assessment(
        "attach_new", node="policy", title="SK baru", content=Link("https://contoh.invalid/sk"), now=NOW
    ),
    "detach": _at_evidence("detach", "evidence", now=NOW),
    "verify_attached": _at_evidence("verify_attached", "evidence", number=1, now=NOW),
    "return_attached": _at_evidence("return_attached", "evidence", number=1, reason="Buram", now=NOW),
    "submit": _at_assessment("submit", now=NOW),
    "attach_statement": lambda p, by: do.attach_statement(by=by, now=NOW, **p.signed()),
    "request_evidence": _at_assessment("request_evidence", node="budget", text="Kirim DPA", now=NOW),
    "withdraw_request": lambda p, by: do.withdraw_request(by=by, request=p.key("request"), now=NOW),
    "answer_request": lambda p, by: do.answer_request(by=by, request=p.key("request"), reply="Terlampir", now=NOW),
    "save_mark": _at_assessment("save_mark", node="policy", value=Decimal(1), reason="Kurang", seen_version=1, now=NOW),
    "import_marks": _at_assessment(
        "import_marks", marks=(SheetMark(2, "policy", Decimal(1), "Kurang", 1),), apply=True, now=NOW
    ),
    "save_marks": _at_assessment("save_marks", marks=(do.NewMark("policy", Decimal(1), "Kurang", 1),), now=NOW),
    "finish_marking": _at_assessment("finish_marking", now=NOW),
    "reopen_marking": lambda p, by: do.reopen_marking(
        by=by, assessment=p.key("marked"), assessor=p.world.key("chair"), reason="Keliru", now=NOW
    ),
    "settle_mark": _at_assessment(
        "settle_mark", node="policy", value=Decimal(1), reason="Kurang", seen_version=0, now=NOW
    ),
    "write_finding": _at_assessment("write_finding", kind=FindingKind.STRENGTH, text="Rapi", now=NOW),
    "edit_finding": lambda p, by: do.edit_finding(
        by=by, finding=p.key("finding"), kind=FindingKind.STRENGTH, text="Rapi", seen_version=1, now=NOW
    ),
    "remove_finding": lambda p, by: do.remove_finding(by=by, finding=p.key("finding")),
    "plan_meeting": _at_assessment("plan_meeting", **SLOT, now=NOW),
    "move_meeting": lambda p, by: do.move_meeting(by=by, meeting=p.key("meeting"), **SLOT, seen_version=1, now=NOW),
    "record_meeting": lambda p, by: do.record_meeting(
        by=by, meeting=p.key("meeting"), notes="Lengkap", attendance=(Attendee("Budi"),), seen_version=1, now=NOW
    ),
    "cancel_meeting": lambda p, by: do.cancel_meeting(by=by, meeting=p.key("meeting"), now=NOW),
    "compute_results": _at_campaign("compute_results", phase=2, reason="Nilai berubah", now=NOW),
    "approve_results": _at_campaign("approve_results", phase=2, version=2, now=NOW),
    "publish_results": _at_campaign(
        "publish_results", phase=2, version=2, letter_number="B-13/EVAL/2026", letter_date=LETTER_DATE, now=NOW
    ),
    "correct_results": _at_campaign(
        "correct_results", phase=2, region=OWN, marks={"policy": Decimal(2)}, reason="Salah salin", now=NOW
    ),
    "save_draft_instrument": _at_campaign(
        "save_draft_instrument", phase=2, version=1, weights={"output": Decimal(30), "outcome": Decimal(70)}, now=NOW
    ),
    "send_instrument": lambda _p, by: do.send_instrument(by=by, document=NEXT_VERSION, file="baru.yaml", now=NOW),
    "release_instrument": lambda p, by: do.release_instrument(by=by, draft=p.key("draft"), now=NOW),
    "drop_instrument_draft": lambda p, by: do.drop_instrument_draft(by=by, draft=p.key("draft")),
    "make_objection": _at("agreed", "make_objection", node="budget", text="DPA sudah dikirim", now=NOW),
    "accept_result": _at("agreed", "accept_result", now=NOW),
    "decide_objection": lambda p, by: do.decide_objection(
        by=by, objection=p.key("objection"), accepted=False, reason="Tidak ada bukti baru", now=NOW
    ),
    "advise_on_objection": lambda p, by: do.advise_on_objection(
        by=by, objection=p.key("objection"), stance=Stance.GRANT, text="Buktinya cukup", now=NOW
    ),
    "answer_decision": lambda p, by: do.answer_decision(
        by=by, objection=p.key("objection"), response=Response.CONTESTED, text="Bukti tidak dibaca", now=NOW
    ),
    "save_follow_up": lambda p, by: do.save_follow_up(
        by=by, follow_up=p.key("follow_up"), plan=Plan(p.world.offices[OWN][0], None, "under_way", "Disusun"),
        seen_version=1, now=NOW,
    ),
    "attach_to_follow_up": lambda p, by: do.attach_to_follow_up(
        by=by, follow_up=p.key("follow_up"), evidence=p.piece("loose"), now=NOW),
    "detach_from_follow_up": lambda p, by: do.detach_from_follow_up(
        by=by, follow_up=p.key("follow_up"), evidence=p.piece("evidence")),
    "propose_from_follow_up": lambda p, by: do.propose_from_follow_up(
        by=by, follow_up=p.key("follow_up"), version=p.key("plan_version"), now=NOW,
        idea=do.Idea(ProposalKind.ADD, p.world.offices[OWN][0], "Peraturan kota cerdas", "governance_public_policy"),
    ),
    "propose_target": lambda p, by: do.propose_target(
        by=by, assessment=p.key("marked"), version=p.key("plan_version"), aim=do.Aim("P001", 1, 2027, Decimal(77)),
        now=NOW,
    ),
    "order_sheets": _at_campaign("order_sheets", phase=2, version=1, language="id", now=NOW),
    "make_sheets": lambda p, by: do.make_sheets(by=by, batch=1),
    "subscribe": lambda _p, by: do.subscribe(by=by, **SYSTEM, now=NOW),  # type: ignore[arg-type]
    "end_subscription": lambda p, by: do.end_subscription(by=by, subscription=p.key("system"), now=NOW),
    "deliver_again": lambda p, by: do.deliver_again(
        by=by, subscription=p.key("system"), delivery=p.values["delivery"], now=NOW  # type: ignore[arg-type]
    ),
    "renew_systems": lambda p, by: do.renew_systems(by=by),
    "deliver": lambda p, by: do.deliver(by=by, now=NOW),
    "forget_deliveries": lambda p, by: do.forget_deliveries(by=by, now=NOW + timedelta(days=9000)),
    "seal_published": lambda p, by: do.seal_published(by=by, now=NOW),
    "compare_published": lambda p, by: do.compare_published(by=by, now=NOW),
    "remind_of_follow_ups": lambda p, by: do.remind_of_follow_ups(by=by, now=NOW),
    "forget_attendance": lambda p, by: do.forget_attendance(by=by, now=NOW + timedelta(days=9000)),
}  # fmt: skip


def make_ready(planted: Planted) -> None:
    """What some operations need to succeed: a group without regions, a region that is out of the way, a second panel
    chair, a version of the results that the console computed and nobody has approved."""
    world = planted.world
    CampaignGroup.objects.create(campaign=world.campaign, code="empty", title_id="Kosong", title_en="Empty")
    grant_membership(by=OPERATOR, user=planted.key("assessor"), role=Role.PANEL_CHAIR, now=NOW)
    _change_mark(planted, "1")
    do.compute_results(by=OPERATOR, campaign=CODE, phase=2, reason="Diperbaiki", now=NOW)
    for number in (1, 2):
        world.set_assessment(AssessmentState.PREPARING, NEIGHBOUR, number)


def _change_mark(planted: Planted, value: str) -> None:
    AgreedMark.objects.filter(assessment=planted.key("agreed"), node="policy").update(value=Decimal(value))


def _invite_unranked(planted: Planted) -> None:
    region = Region.objects.create(code=UNRANKED, province_id=UNRANKED[:2], name="Kabupaten uji", kind="regency")
    Participation.objects.create(campaign=planted.world.campaign, region=region, group=planted.world.group)


def _follow_a_campaign(planted: Planted) -> None:
    """The campaign has one before it, with a group that it lacks."""
    instrument = planted.world.campaign.instrument
    before = Campaign.objects.create(code="2025-uji", year=2025, title_id="Lama", title_en="Old", instrument=instrument)
    CampaignGroup.objects.create(campaign=before, code="old", title_id="Lama", title_en="Old")
    Campaign.objects.filter(pk=planted.world.campaign.pk).update(previous=before)


def _finish(planted: Planted, *names: str) -> None:
    MarkingDone.objects.filter(assessment=planted.key("marked")).delete()
    for name in names:
        MarkingDone.objects.create(assessment_id=planted.key("marked"), assessor_id=planted.world.key(name))


BEFORE: Mapping[str, Callable[[Planted], object]] = {
    **dict.fromkeys(("move_to_group", "withdraw_region"), _invite_unranked),
    **dict.fromkeys(("save_mark", "save_marks", "import_marks", "finish_marking"), _finish),
    "settle_mark": lambda p: _finish(p, "chair", "assessor1", "assessor2"),
    "compute_results": lambda p: _change_mark(p, "2"),
    "publish_results": lambda p: approve(p.world, 2, version=2),
    "forget_attendance": lambda _p: load_retention(by=OPERATOR),
    **dict.fromkeys(("accept_result", "answer_decision"), lambda p: Objection.objects.filter(
        pk=p.key("objection")
    ).update(
        decision="refused", decision_reason="Tidak ada bukti baru", decided_by=p.world.key("secretariat"),
        decided_at=NOW,
    )),
    "allow_smaller_panel": lambda p: Campaign.objects.filter(pk=p.world.campaign.pk).update(smallest_panel=4),
    "roll_over": _follow_a_campaign,
    "confirm_filled": lambda p: FilledIn.objects.create(
        assessment_id=p.key("marked"), file="a.xlsx", nodes={"policy": 1}, filled_by_name="Ani"),
}  # fmt: skip
"""What must be so before an operation, besides."""


@dataclass(frozen=True)
class Door:
    """One line of TABLE; ``phase`` is the number of the phase whose states count, None for no states."""

    name: str
    phase: int | None
    phases: str
    assessments: str
    cells: Mapping[str, str]


def doors() -> dict[str, Door]:
    heading, *lines = TABLE.replace("|", " ").strip().splitlines()
    people = heading.split()[2:]
    found = {}
    for line in lines:
        name, phase, phases, assessments, *cells = line.split()
        number = None if phase == "-" else int(phase)
        found[name] = Door(name, number, phases, assessments, dict(zip(people, cells, strict=True)))
    return found


def put(planted: Planted, door: Door, phase: int, assessment: int) -> None:
    """Put the phase that counts, and the region's assessment in it, into states, by their places in the order."""
    BEFORE.get(door.name, lambda _planted: None)(planted)
    if door.phase is not None:
        planted.world.set_phase([*PhaseState][phase], door.phase)
        planted.world.set_assessment([*AssessmentState][assessment], OWN, door.phase)


def put_right(planted: Planted, door: Door) -> None:
    phase, assessment = (
        next((place for place, letter in enumerate(letters) if letter != "."), 0)
        for letters in (door.phases, door.assessments)
    )
    put(planted, door, phase, assessment)
