"""Charts and rules of the village budget from data/villagefinance, read without a database."""

from __future__ import annotations

from pilar.villagefinance.reference.books import journal
from pilar.villagefinance.reference.budget import budget_rules, operational_share
from pilar.villagefinance.reference.charts import REGULATION, Account, Activity, Fund, accounts, activities, funds
from pilar.villagefinance.reference.clocks import clock_rules
from pilar.villagefinance.reference.flags import cash_limit, flag_rules
from pilar.villagefinance.reference.plans import plan_years
from pilar.villagefinance.reference.stages import stage_plans
from pilar.villagefinance.reference.taxes import tax_rules
from pilar.villagefinance.rules.limits import OperationalShare
