"""Operations of accounts, roles, inboxes and tokens."""

from __future__ import annotations

from pilar.people.operations.accounts import (
    EmailTaken,
    NoSecondFactor,
    UnfitEmail,
    UnfitLanguage,
    UnfitName,
    WeakPassword,
    clear_sign_in_traces,
    correct_name,
    create_account,
    keep_passwords,
    password_changed,
    remove_second_factor,
    renew_second_factors,
    set_active,
    set_language,
    set_password,
)
from pilar.people.operations.channels import choose_channels, send_messages
from pilar.people.operations.codes import ask_code, enter_code, send_code
from pilar.people.operations.failures import forget_all_failures, forget_failures, note_failure
from pilar.people.operations.locking import held, locked, there
from pilar.people.operations.mailing import invite, send_digests, send_invitation
from pilar.people.operations.memberships import (
    AlreadyHeld,
    Anonymised,
    LastSecretariat,
    MembershipEnded,
    NothingToConfirm,
    OwnGrant,
    RoleTooEarly,
    UnknownUnit,
    confirm_membership,
    end_membership,
    grant_membership,
)
from pilar.people.operations.notices import Message, mark_read, notify, notify_offices, notify_regions, settle
from pilar.people.operations.privacy import (
    OwnAccount,
    anonymise,
    apply_retention,
    load_retention,
    report_forgotten,
)
from pilar.people.operations.proxies import (
    AlreadyProxy,
    confirm_proxy,
    declare_proxy,
    end_proxy,
    end_unconfirmed_proxies,
    grant_proxy,
    tell_of_proxy,
)
from pilar.people.operations.public import (
    end_public_sessions,
    erase_public_account,
    give_consent,
    open_made_up,
    open_public_account,
    renew_public_accounts,
    tell_citizen,
    withdraw_consent,
)
from pilar.people.operations.requests import (
    OutsideProvider,
    ask_for_account,
    ask_for_region,
    grant_request,
    refuse_request,
    take_back_request,
)
from pilar.people.operations.tokens import BadToken, NewToken, UnfitToken, create_token, revoke_token, use_token
