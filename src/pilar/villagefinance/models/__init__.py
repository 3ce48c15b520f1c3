"""Tables of the room. Every key begins with the region, so that the tables can be distributed by it."""

from pilar.villagefinance.models.accounts import AccountChange, BankAccount, Supplier
from pilar.villagefinance.models.budget import (
    ActivityExecutor,
    BudgetAmount,
    BudgetLine,
    BudgetVersion,
    CarriedLine,
    CashPlan,
    Ceiling,
    CostItem,
)
from pilar.villagefinance.models.charts import Account, Activity, Fund
from pilar.villagefinance.models.flags import AuditSample, Flag, SampledEntry, StandardPrice
from pilar.villagefinance.models.ledger import (
    Book,
    BudgetPosition,
    CashPosition,
    Entry,
    Line,
    Period,
    SealedBook,
)
from pilar.villagefinance.models.payments import (
    Bill,
    NtpnChange,
    PaymentRequest,
    Proof,
    Remittance,
    RequestEntry,
    RequestLine,
    Withholding,
)
from pilar.villagefinance.models.public import PublicPhoto, Question
from pilar.villagefinance.models.statements import (
    BankFormat,
    BankMatch,
    BankRow,
    BankStatement,
    MatchedLine,
    MatchedRow,
)
from pilar.villagefinance.models.steps import BudgetStep, Correction, OtherProgramme, PlannedWork, ReportStep
