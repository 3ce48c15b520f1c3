"""Do the assessors agree: ordinal alpha, intraclass correlations, severity, and what they mean in plain words.

:func:`assess_agreement` takes marks as they are stored, the functions ``agreement_…`` a
:class:`MarkTable`, for one part each; :func:`ordinal_alpha`, :func:`intraclass_correlation` and :func:`severities`
take a matrix. A coefficient that cannot be computed is a :class:`NoCoefficient` with its
reason, never NaN. Method and sources: docs/methodology.md, "Do the assessors agree".
"""

from pilar.index.agreement.alpha import Alpha, ordinal_alpha
from pilar.index.agreement.icc import Coefficient, IntraclassCorrelation, intraclass_correlation
from pilar.index.agreement.intervals import Interval, Method, NoCoefficient, NoInterval, Sampling
from pilar.index.agreement.report import (
    Agreement,
    AgreementFaults,
    AgreementReport,
    AssessorAgreement,
    MarkTable,
    PanelMark,
    Verdict,
    agreement_by_assessor,
    agreement_on,
    agreement_over_all,
    assess_agreement,
    verdict,
)
from pilar.index.agreement.severity import Leaning, Severity, severities
