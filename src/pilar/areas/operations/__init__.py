"""Operations of areas and offices."""

from __future__ import annotations

from pilar.areas.operations.figures import record_figures
from pilar.areas.operations.holidays import GivenDecree, UnknownHoliday, add_holiday, take_back_holiday
from pilar.areas.operations.loading import EmptyLevel, LevelChanges, load_areas, load_holidays
from pilar.areas.operations.offices import (
    OfficeClosed,
    OfficeUnnamed,
    UnknownOffice,
    add_office,
    close_office,
    rename_office,
)
