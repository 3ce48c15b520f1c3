"""Operations of measured figures."""

from pilar.measures.operations.defining import (
    AlreadyClosed,
    NewMeasure,
    assign_measure,
    close_measure,
    define_measure,
    revise_measure,
)
from pilar.measures.operations.mapping import Origin, OutdatedMapping, confirm_mapping, remove_mapping, report_mapped
from pilar.measures.operations.parts import Part
from pilar.measures.operations.reporting import TooManyRows, correct_value, report_value, report_values
from pilar.measures.operations.sources import (
    BadSourceToken,
    NoTokens,
    SourceOff,
    add_source,
    built_in_source,
    is_source_token,
    issue_token,
    revoke_source_token,
    switch_source,
    use_source_token,
)
