"""Reads of accounts, of what waits for them, and of their tokens."""

from __future__ import annotations

from pilar.people.queries.accounts import (
    AccountRow,
    MembershipRow,
    account,
    accounts,
    count_team,
    current,
    find_account,
    given,
    has_ended,
    members_of,
    own_account,
    second_factors,
    standing,
    standing_of_key,
    within,
)
from pilar.people.queries.failures import Attempt, closed_until
from pilar.people.queries.notices import (
    NoticeRow,
    channels_of,
    count_open_notices,
    done_notices,
    open_notices,
    rhythm_of,
)
from pilar.people.queries.personal import count_of, personal_data
from pilar.people.queries.public import (
    acting_for,
    citizen,
    citizen_with,
    contact_of_code,
    proxies,
    public_data,
    public_names,
    public_readings,
    public_standing,
    reached_for,
    sessions_of,
)
from pilar.people.queries.requests import (
    AccountRequestRow,
    account_request,
    account_requests,
    own_request,
    sees_request,
)
from pilar.people.queries.tokens import TokenRow, own_tokens, tokens_of
