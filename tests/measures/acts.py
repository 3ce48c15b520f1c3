"""Every operation of the measures, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from kit.acts import Acts, Call
from measures.world import DAILY, NOW, OWN, PERMITS
from pilar.measures import operations as do
from pilar.measures.models import SourceToken
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.mapping import Meant, Part, SeriesMapping
from pilar.measures.rules.reports import Report
from pilar.people.rules import Standing

AT = {"region": OWN, "measure": "desa-daring"}
SHAPE = "0" * 64
APRIL = date(2026, 4, 1)


def _token() -> int:
    return SourceToken.objects.get(source__region=OWN, source__code="sipinter").pk


def _confirm(by: Standing) -> int:
    mapping = SeriesMapping({"bulan": Part.PERIOD, "nilai": Part.VALUE}, series={("nilai",): Meant("desa-daring")})
    return do.confirm_mapping(by=by, region=OWN, shape=SHAPE, title="desa", mapping=mapping, seen=0, now=NOW)


CALLS: Mapping[str, Call] = {
    "define_measure": lambda w, by: do.define_measure(
        by=by, region=OWN, given=replace(DAILY, code="baru", office=w.cast.office), now=NOW
    ),
    "revise_measure": lambda _w, by: do.revise_measure(
        by=by, **AT, definition=replace(PERMITS, aggregation=Aggregation.LAST), since=APRIL, now=NOW
    ),
    "assign_measure": lambda w, by: do.assign_measure(
        by=by, **AT, office=w.cast.colleagues_office, source=None, due_days=3, public=True
    ),
    "close_measure": lambda _w, by: do.close_measure(by=by, **AT, ends_on=APRIL - timedelta(days=1)),
    "report_value": lambda _w, by: do.report_value(by=by, **AT, period="2026-02", value="91", now=NOW),
    "correct_value": lambda _w, by: do.correct_value(
        by=by, **AT, period="2026-01", value="81", reason="Salah hitung", seen=1, now=NOW
    ),
    "report_values": lambda _w, by: do.report_values(
        by=by, region=OWN, reports=[Report("izin-terbit", "2026-03-02", "7")], whole=True, now=NOW
    ),
    "confirm_mapping": lambda _w, by: _confirm(by),
    "report_mapped": lambda _w, by: do.report_mapped(
        by=by,
        region=OWN,
        shape=SHAPE,
        number=1,
        file="desa.csv",
        sha256=SHAPE,
        reports=[Report("desa-daring", "2026-02", "91")],
        origins=[do.Origin("nilai", 2)],
        now=NOW,
    ),
    "remove_mapping": lambda _w, by: do.remove_mapping(by=by, region=OWN, shape=SHAPE, seen=1, now=NOW),
    "add_source": lambda _w, by: do.add_source(by=by, region=OWN, code="sijempol", title="SIJEMPOL", now=NOW),
    "built_in_source": lambda _w, by: do.built_in_source(
        by=by, region=OWN, code="pilar-surveys", title="Survei", now=NOW
    ),
    "switch_source": lambda _w, by: do.switch_source(by=by, region=OWN, source="sipinter", active=False),
    "issue_token": lambda _w, by: do.issue_token(
        by=by, region=OWN, source="sipinter", name="server 2", days=9, now=NOW
    ),
    "revoke_source_token": lambda _w, by: do.revoke_source_token(
        by=by, region=OWN, source="sipinter", token=_token(), now=timezone.now() + timedelta(days=1)
    ),
    "use_source_token": lambda w, _by: do.use_source_token(secret=w.secret, now=NOW),
}

LEFT = """
operation | who | audit | rows
define_measure | coordinator | define measures.measure | definition+1 measure+1
revise_measure | coordinator | revise measures.measure | definition+1~1
assign_measure | coordinator | assign measures.measure | measure~1
close_measure | coordinator | close measures.measure | measure~1
report_value | contributor | report measures.measure | value+1
correct_value | contributor | report measures.measure | value+1
report_values | source | report measures.measure | value+1
confirm_mapping | contributor | confirm-mapping measures.mapping | sourcemapping+1
remove_mapping | contributor | remove-mapping measures.mapping | sourcemapping+1
report_mapped | contributor | import-mapped measures.mapping, report measures.measure |
 mappedfile+1 mappedvalue+1 value+1
add_source | coordinator | add measures.source | sourcesystem+1
built_in_source | coordinator | add measures.source | sourcesystem+1
switch_source | coordinator | switch-off measures.source | sourcesystem~1
issue_token | coordinator | issue-token measures.source | sourcetoken+1
revoke_source_token | coordinator | revoke-token measures.source | sourcetoken~1
use_source_token | coordinator | . | sourcetoken~1
"""

ACTS = Acts(
    "measures", CALLS, LEFT,
    before={
        "report_mapped": lambda w: _confirm(w.who("contributor")),
        "remove_mapping": lambda w: _confirm(w.who("contributor")),
        "correct_value": lambda w: do.report_value(
            by=w.who("contributor"), **AT, period="2026-01", value="80", now=NOW
        ),
    },
    repeated="issue_token revise_measure",
    open_to_all="use_source_token",
)  # fmt: skip
EXEMPT = {"is_source_token": "changes nothing"}
