"""Policies, institutions, applications and other monitored things of a plan: how many should exist, and do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.framework import Group
from pilar.masterplan.rules.progress import Reported
from pilar.masterplan.rules.quarters import Quarter


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A monitored group (its code): how many things the plan names in all, how many should exist by the end of the
    year, and how many the offices report as existing."""

    group: str
    planned: int
    due: int
    there: int


def monitored_by_group(
    programmes: Iterable[tuple[Content, Iterable[Reported]]], quarter: Quarter, groups: Group
) -> tuple[GroupCount, ...]:
    """Count monitored things by group of the framework at the end of ``quarter``; groups without any in the plan are
    left out.

    The last report of a programme up to then tells which exist; one that exists before its year counts.
    """
    planned, due, there = ({entry.code: 0 for entry in groups.entries} for _count in range(3))
    for content, reports in programmes:
        known = {report.quarter: report for report in reports if report.quarter <= quarter}
        latest = known[max(known)].there if known else frozenset()
        for monitored in content.monitored:
            if monitored.group not in planned:
                continue
            planned[monitored.group] += 1
            due[monitored.group] += monitored.year <= quarter.year
            there[monitored.group] += monitored.number in latest
    return tuple(GroupCount(code, planned[code], due[code], there[code]) for code in planned if planned[code])
