"""The table of :mod:`evaluation.cycle.doors`: who comes through the door of each operation, and in which states."""

from __future__ import annotations

# Who: the secretariat; the region's coordinator, the contributor of the office that answers the indicator, the
# colleague of another office, the verifier; the chair and an assessor of its panel; then the outsiders: an assessor of
# another panel, one of none, the coordinator of another region, that of a region that takes no part, a visitor.
# A cell: "yes", or the error: 403 is NotAllowed, 404 is NotFound (that it exists is private), Faults are the rows that
# are not theirs. Phase 1 is the panel's, phase 2 published; letters are the states in which it is done, as in
# tests/evaluation/test_authority.py: Draft, Open, Closed, desK check, Review, Agreed, obJection, Final, Published;
# Preparing, Submitted, Agreed, set aside (X). A line of dots: the state does not count.
TABLE = """
operation              phase                secr  coor  contr coll  verif chair asses | other none  neigh strang visitor
create_campaign        -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
build_large_campaign   -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
add_assessors          -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
fill_campaign          -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
edit_campaign          2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
set_dates              2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
add_group              2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
rename_group           2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
remove_group           2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
invite_regions         2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
withdraw_region        2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
move_to_group          2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
roll_over              2  DO.......  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
move_phase             1  .........  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
remind                 1  .O.KR....  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
declare_conflict       -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
remove_conflict        -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
seat                   2  DOCKR....  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
make_chair             2  DOCKR....  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
unseat                 2  DOCKR....  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
allow_smaller_panel    2  DOCKR....  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
apply_proposal         2  DOCKR....  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
return_assessment      1  .O.......  .S..   yes   403   403   403   403   403   403   | 404   404   404   404   404
extend                 1  .OCK.....  P...   yes   403   403   403   403   403   403   | 404   404   404   404   404
set_aside              1  .OCKR....  PSA.   yes   403   403   403   403   403   403   | 404   404   404   404   404
take_up_again          1  .OCKR....  ...X   yes   403   403   403   403   403   403   | 404   404   404   404   404
fill_in                1  .O.......  P...   yes   403   403   403   403   403   403   | 403   404   403   404   404
confirm_filled         1  .O.......  P...   403   yes   403   403   403   403   403   | 404   404   404   404   404
allocate               1  DO.......  P...   403   yes   403   403   403   403   403   | 404   404   404   404   404
save_answer            1  .O.......  P...   403   yes   yes   403   403   403   403   | 404   404   404   404   404
save_answers           1  .O.......  P...   403   yes   yes   Faults 403  403   403   | 404   404   404   404   404
take_over_answers      2  .O.......  P...   403   yes   yes   yes   403   403   403   | 404   404   404   404   404
take_plan_figures      1  .O.......  P...   403   yes   yes   403   403   403   403   | 404   404   404   404   404
take_all_plan_figures  1  .O.......  P...   403   yes   yes   403   403   403   403   | 404   404   404   404   404
attach                 1  .O.......  P...   403   yes   yes   403   403   403   403   | 404   404   404   404   404
attach_new             1  .O.......  P...   403   yes   yes   403   403   403   403   | 404   404   404   404   404
detach                 1  .O.......  P...   403   yes   yes   403   403   403   403   | 404   404   404   404   404
verify_attached        1  .O.......  P...   403   403   403   403   yes   403   403   | 404   404   404   404   404
return_attached        1  .O.......  P...   403   403   403   403   yes   403   403   | 404   404   404   404   404
submit                 1  .O.......  P...   403   yes   403   403   403   403   403   | 404   404   404   404   404
attach_statement       1  .O.......  P...   403   yes   403   403   403   403   403   | 404   404   404   404   404
request_evidence       1  ...KR....  .SA.   yes   403   403   403   403   yes   yes   | 404   404   404   404   404
withdraw_request       1  ...KR....  .SA.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
answer_request         1  ...KR....  .SA.   403   yes   yes   403   403   403   403   | 404   404   404   404   404
save_mark              1  ...KR....  .S..   403   403   403   403   403   yes   yes   | 404   404   404   404   404
save_marks             1  ...KR....  .S..   403   403   403   403   403   yes   yes   | 404   404   404   404   404
import_marks           1  ...KR....  .S..   403   403   403   403   403   yes   yes   | 404   404   404   404   404
finish_marking         1  ...KR....  .S..   403   403   403   403   403   yes   yes   | 404   404   404   404   404
reopen_marking         1  ...KR....  .SA.   403   403   403   403   403   yes   403   | 404   404   404   404   404
settle_mark            1  ...KR....  .SA.   403   403   403   403   403   yes   403   | 404   404   404   404   404
write_finding          1  ...KR....  .SA.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
edit_finding           1  ...KR....  .SA.   403   403   403   403   403   404   yes   | 404   404   404   404   404
remove_finding         1  ...KR....  .SA.   403   403   403   403   403   404   yes   | 404   404   404   404   404
plan_meeting           1  ...KR....  .SA.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
move_meeting           1  ...KR....  .SA.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
record_meeting         1  ...KR....  .SA.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
cancel_meeting         1  ...KR....  .SA.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
compute_results        2  ...KRAJFP  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
approve_results        2  .....AJFP  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
publish_results        2  .......FP  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
correct_results        2  ........P  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
save_draft_instrument  2  .........  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
send_instrument        -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
release_instrument     -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
drop_instrument_draft  -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
make_objection         2  ......J..  ..A.   403   yes   403   403   403   403   403   | 404   404   404   404   404
accept_result          2  ......J..  ..A.   403   yes   403   403   403   403   403   | 404   404   404   404   404
decide_objection       2  ......J..  ..A.   yes   403   403   403   403   403   403   | 404   404   404   404   404
advise_on_objection    2  ......J..  ..A.   403   403   403   403   403   yes   yes   | 404   404   404   404   404
answer_decision        2  ......JFP  ..A.   403   yes   403   403   403   403   403   | 404   404   404   404   404
save_follow_up         2  ........P  ..A.   403   yes   yes   403   403   403   403   | 404   404   404   404   404
attach_to_follow_up    2  ........P  ..A.   403   yes   yes   403   403   403   403   | 404   404   404   404   404
detach_from_follow_up  2  ........P  ..A.   403   yes   yes   403   403   403   403   | 404   404   404   404   404
propose_from_follow_up 2  ........P  ..A.   403   yes   403   403   403   403   403   | 404   404   404   404   404
propose_target         1  .........  ....   403   yes   403   403   403   403   403   | 404   404   404   404   404
order_sheets           2  .........  ....   yes   403   403   403   403   403   403   | 403   404   403   404   404
make_sheets            -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
remind_of_follow_ups   -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
subscribe              -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
end_subscription       -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
deliver_again          -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
renew_systems          -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
deliver                -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
forget_deliveries      -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
seal_published         -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
compare_published      -  .........  ....   403   403   403   403   403   403   403   | 403   403   403   403   403
forget_attendance      -  .........  ....   yes   403   403   403   403   403   403   | 403   403   403   403   403
"""
