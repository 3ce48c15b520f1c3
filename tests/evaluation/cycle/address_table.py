"""The tables of :mod:`evaluation.cycle.addresses`: pages by their names, routes of the API by method and path."""

from __future__ import annotations

PAGES = """
evaluation:years                    public
evaluation:results                  public
evaluation:regions                  public
evaluation:region                   public    code=region
evaluation:region-part              public    code=region
evaluation:region-sheet             public    code=region
evaluation:region-picture           public    code=region
evaluation:region_year              public    code=region
evaluation:stated-sheet             public    code=region
evaluation:region-figures           public
evaluation:region-figures-of        public    code=region
evaluation:import-region-figures    ministry
evaluation:region-figures-template  ministry
evaluation:instruments              public
evaluation:instrument               public    code=instrument version=instrument_version
evaluation:instrument_file          public    code=instrument version=instrument_version
evaluation:instrument-workbook      public    code=instrument version=instrument_version
evaluation:systems                  ministry
evaluation:system                   ministry  key=system
evaluation:end-system               ministry  key=system
evaluation:deliver-again            ministry  key=system delivery=delivery
evaluation:send-instrument          ministry
evaluation:instrument-draft         ministry  key=draft
evaluation:instrument-draft-file    ministry  key=draft
evaluation:release-instrument       ministry  key=draft
evaluation:drop-instrument-draft    ministry  key=draft
evaluation:computed                 public    code=campaign number=published
evaluation:computed-version         public    code=campaign number=published
evaluation:computed-region          public    code=campaign number=published
evaluation:computed-region-version  public    code=campaign number=published
evaluation:seal-register            public
evaluation:seals                    public
evaluation:published-now            public
evaluation:seal-checker             public
evaluation:computed-file            public    code=campaign number=published
evaluation:computed-file-version    public    code=campaign number=published
evaluation:computed-sheet           public    code=campaign number=published
evaluation:computed-sheet-version   public    code=campaign number=published
evaluation:analysis-phase           public    code=campaign number=published
evaluation:analysis-phase-version   public    code=campaign number=published
evaluation:analysis-region          public    code=campaign number=published
evaluation:analysis-region-version  public    code=campaign number=published
evaluation:peers                    public    code=campaign number=published
evaluation:published-chains         public    code=campaign number=published
evaluation:peers-version            public    code=campaign number=published
evaluation:duties                   own
evaluation:days                     own
evaluation:marking                  region    key=marked
evaluation:save-mark                region    key=marked
evaluation:finish-marking           region    key=marked
evaluation:panel                    region    key=marked
evaluation:settle-mark              region    key=marked
evaluation:reopen-marking           region    key=marked
evaluation:findings                 region    key=marked
evaluation:finding                  region    key=finding
evaluation:remove-finding           region    key=finding
evaluation:meetings                 region    key=marked
evaluation:meeting                  region    key=held
evaluation:cancel-meeting           region    key=meeting
evaluation:requests                 region    key=marked
evaluation:request                  region    key=answered
evaluation:request-evidence         region    key=request
evaluation:withdraw-request         region    key=request
evaluation:agreed-marks             region    key=agreed
evaluation:assessments              own
evaluation:assessment               region    key=marked
evaluation:take-over                region    key=marked
evaluation:take-plan-figures        region    key=marked
evaluation:plan-figures             region    key=marked
evaluation:indicator                region    key=marked
evaluation:answer-chain             region    key=marked
evaluation:attach                   region    key=marked
evaluation:detach                   region    key=marked
evaluation:verification             region    key=marked
evaluation:allocation               region    key=marked
evaluation:submission               region    key=marked
evaluation:statement                region    key=marked
evaluation:statement-paper          region    key=marked
evaluation:next-steps               region    key=marked
evaluation:measure-steps            region    key=marked
evaluation:propose-target           region    key=marked
evaluation:answer-form              region    key=marked
evaluation:answer-import            region    key=marked
evaluation:own-results              own
evaluation:result                   region    key=agreed
evaluation:own-sheet                region    key=agreed
evaluation:make-objection           region    key=agreed
evaluation:accept-result            region    key=agreed
evaluation:correct                  region    key=agreed
evaluation:follow-ups               region    key=agreed
evaluation:became                   region
evaluation:follow-up                region    key=follow_up
evaluation:attach-to-follow-up      region    key=follow_up
evaluation:detach-from-follow-up    region    key=follow_up
evaluation:propose                  region    key=follow_up
evaluation:nation                   ministry
evaluation:nation-pivot             ministry
evaluation:remind                   campaign  code=campaign
evaluation:ranking                  campaign  code=campaign
evaluation:phase-results            campaign  code=campaign
evaluation:compute-results          campaign  code=campaign
evaluation:snapshot                 campaign  code=campaign number=published
evaluation:version-file             campaign  code=campaign number=published
evaluation:version-sheet            campaign  code=campaign number=published
evaluation:sheets                   campaign  code=campaign number=published
evaluation:sheets-file              campaign  code=campaign number=published key=batch
evaluation:snapshot-analysis        campaign  code=campaign number=published
evaluation:snapshot-analysis-region campaign  code=campaign number=published
evaluation:agreement                campaign  code=campaign number=published
evaluation:agreement-assessors      campaign  code=campaign number=published
evaluation:agreement-indicator      campaign  code=campaign number=published
evaluation:scenario                 campaign  code=campaign number=published
evaluation:save-scenario            campaign  code=campaign number=published
evaluation:approve-results          campaign  code=campaign number=published
evaluation:publish-results          campaign  code=campaign number=published
evaluation:objections               campaign  code=campaign number=published
evaluation:objection                region    key=objection
evaluation:advise                   region    key=objection
evaluation:answer-decision          region    key=objection
evaluation:campaigns                own
evaluation:new-campaign             ministry
evaluation:campaign                 campaign  code=campaign
evaluation:edit-campaign            campaign  code=campaign
evaluation:phase-dates              campaign  code=campaign
evaluation:move-phase               campaign  code=campaign target=next_state
evaluation:participants             campaign  code=campaign
evaluation:withdraw-region          campaign  code=campaign
evaluation:campaign-group           campaign  code=campaign
evaluation:remove-group             campaign  code=campaign
evaluation:panels                   campaign  code=campaign
evaluation:import-seats             campaign  code=campaign
evaluation:seats-template           campaign  code=campaign
evaluation:panel-proposal           campaign  code=campaign
evaluation:panel-of                 campaign  code=campaign
evaluation:make-chair               campaign  code=campaign
evaluation:unseat                   campaign  code=campaign
evaluation:progress                 campaign  code=campaign
evaluation:return-assessment        region    key=marked
evaluation:exceptions               region    key=marked
evaluation:set-aside                region    key=marked
evaluation:take-up-again            region    key=marked
evaluation:fill-in                  campaign  code=campaign
evaluation:confirm-filled           region    key=marked
evaluation:smaller-panel            campaign  code=campaign
evaluation:roll-over                campaign  code=campaign
evaluation:conflicts                ministry
evaluation:remove-conflict          ministry  key=conflict
evidence:region                     region    code=region
evidence:evidence                   region    key=evidence
evidence:file                       region    key=evidence number=version
evidence:verify                     region    key=evidence number=version
evidence:check                      open
evidence:check-offline              open
evidence:check-worker               open
evidence:check-program              open
people:citizen-sign-in              open
people:citizen-code                 open
people:citizen-open                 open
people:citizen-consent              open
people:citizen-withdraw             open
people:citizen-copy                 open
people:ask-for-region               open
people:take-back-request            open
people:citizen-erase                open
people:citizen-leave                open
people:citizen-end-sessions         open
people:proxies                      open
people:confirm-proxy                open      key=account
people:end-proxy                    open      key=account
people:account                      own
people:tokens                       own
people:channels                     own
people:revoke-token                 region    key=token
people:own-data                     own
people:own-data-file                own
people:privacy                      public
people:notices                      own
people:read-notices                 own
people:accounts                     team
people:import-accounts              team
people:accounts-template            team
people:import-offices               team
people:offices-template             team
people:new-account                  team
people:account-requests             team
people:account-request              team      key=account_request
people:refuse-request               team      key=account_request
people:account-of                   region    key=account
people:revoke-token-of              region    key=token_owner
people:remove-second-factor         region    key=account
people:end-role                     region    key=account
people:confirm-role                 region    key=account
people:set-active                   team      key=account
people:invite                       region    key=account
people:correct-name                 region    key=account
people:data-of                      region    key=account
people:anonymise                    region    key=account
people:office-regions               team
people:offices                      ministry  code=region
people:office                       ministry  code=region key=office
people:close-office                 ministry  code=region key=office
people:holidays                     ministry  code=region
people:take-back-holiday            ministry  code=region key=holiday
people:closed-email                 nobody
people:closed-confirm-email         nobody    key=token
"""

ROUTES = """
GET     /years                                              public
GET     /results                                            public
GET     /results.csv                                        public
GET     /regions                                            public
GET     /regions/{code}                                     public    code=region
GET     /regions/{code}/results                             public    code=region
GET     /region-figures                                     public
GET     /instruments                                        public
GET     /instruments/{code}/{version}                       public    code=instrument version=instrument_version
GET     /computed-results                                   public
GET     /computed-results/{campaign}/{phase}                public    phase=published
GET     /computed-results/{campaign}/{phase}/{region}       public    phase=published
GET     /computed-results/{campaign}/{phase}/analysis           public    phase=published
GET     /computed-results/{campaign}/{phase}/analysis/{region}  public    phase=published
GET     /computed-results/{campaign}/{phase}/{region}/change  public  phase=published
GET     /computed-results/{campaign}/{phase}/{region}/chains  public  phase=published
GET     /computed-results/{campaign}/{phase}/{region}/peers public    phase=published
GET     /regions/{code}/years/{year}/change                 public    code=region
GET     /campaigns                                          own
POST    /campaigns                                          ministry
GET     /campaigns/{code}                                   campaign  code=campaign
PUT     /campaigns/{code}                                   campaign  code=campaign
PUT     /campaigns/{code}/phases/{number}/dates             campaign  code=campaign
POST    /campaigns/{code}/phases/{number}/move              campaign  code=campaign
POST    /campaigns/{code}/groups                            campaign  code=campaign
PUT     /campaigns/{code}/groups                            campaign  code=campaign
DELETE  /campaigns/{code}/groups/{group}                    campaign  code=campaign
GET     /campaigns/{code}/regions                           campaign  code=campaign
POST    /campaigns/{code}/regions                           campaign  code=campaign
PUT     /campaigns/{code}/regions                           campaign  code=campaign
DELETE  /campaigns/{code}/regions/{region}                  campaign  code=campaign
GET     /campaigns/{code}/phases/{number}/progress          campaign  code=campaign
POST    /assessments/{key}/return                           region    key=marked
GET     /campaigns/{code}/panels                            campaign  code=campaign
GET     /campaigns/{code}/panel-proposal                    campaign  code=campaign
POST    /campaigns/{code}/panel-proposal                    campaign  code=campaign
PUT     /campaigns/{code}/panels/{region}/{key}             campaign  code=campaign key=assessor
DELETE  /campaigns/{code}/panels/{region}/{key}             campaign  code=campaign key=assessor
GET     /conflicts                                          ministry
POST    /conflicts                                          ministry
POST    /conflicts/{key}/remove                             ministry  key=conflict
GET     /assessments                                        own
GET     /assessments/{key}                                  region    key=marked
GET     /assessments/{key}/change                           region    key=agreed
GET     /assessments/{key}/next-steps                       region    key=marked
GET     /assessments/{key}/readiness                        region    key=marked
GET     /assessments/{key}/answers/{node}                   region    key=marked
PUT     /assessments/{key}/answers/{node}                   region    key=marked
PUT     /assessments/{key}/answers                          region    key=marked
POST    /assessments/{key}/import                           region    key=marked
GET     /assessments/{key}/form.xlsx                        region    key=marked
POST    /assessments/{key}/allocation                       region    key=marked
POST    /assessments/{key}/take-over                        region    key=marked
GET     /assessments/{key}/plan-figures                     region    key=marked
POST    /assessments/{key}/plan-figures                     region    key=marked
POST    /assessments/{key}/measure-steps/proposals          region    key=marked
POST    /assessments/{key}/answers/{node}/plan-figures      region    key=marked
POST    /assessments/{key}/answers/{node}/evidence          region    key=marked
DELETE  /assessments/{key}/answers/{node}/evidence/{evidence}  region  key=marked
POST    /assessments/{key}/answers/{node}/verification      region    key=marked
POST    /assessments/{key}/confirmation                     region    key=marked
POST    /assessments/{key}/submission                       region    key=marked
PUT     /assessments/{key}/extension                        region    key=marked
POST    /assessments/{key}/set-aside                        region    key=marked
POST    /assessments/{key}/take-up-again                    region    key=marked
POST    /campaigns/{code}/panels/{region}/smaller           campaign  code=campaign
POST    /campaigns/{code}/roll-over                         campaign  code=campaign
GET     /marking                                            own
GET     /marking/{key}                                      region    key=marked
PUT     /marking/{key}/marks/{node}                         region    key=marked
PUT     /marking/{key}/marks                                region    key=marked
POST    /marking/{key}/import                              region    key=marked
POST    /marking/{key}/finish                               region    key=marked
POST    /marking/{key}/reopen/{assessor}                    region    key=marked
GET     /marking/{key}/panel                                region    key=marked
PUT     /marking/{key}/agreed/{node}                        region    key=marked
GET     /assessments/{key}/agreed                           region    key=agreed
GET     /assessments/{key}/findings                         region    key=marked
POST    /assessments/{key}/findings                         region    key=marked
PUT     /findings/{key}                                     region    key=finding
DELETE  /findings/{key}                                     region    key=finding
GET     /meetings                                           own
GET     /assessments/{key}/meetings                         region    key=marked
POST    /assessments/{key}/meetings                         region    key=marked
PUT     /meetings/{key}                                     region    key=meeting
DELETE  /meetings/{key}                                     region    key=meeting
PUT     /meetings/{key}/minutes                             region    key=meeting
GET     /assessments/{key}/evidence-requests                region    key=marked
POST    /assessments/{key}/evidence-requests                region    key=marked
POST    /evidence-requests/{key}/answer                     region    key=request
POST    /evidence-requests/{key}/withdrawal                 region    key=request
GET     /campaigns/{code}/phases/{number}/ranking           campaign  code=campaign
GET     /campaigns/{code}/phases/{number}/results           campaign  code=campaign
POST    /campaigns/{code}/phases/{number}/results           campaign  code=campaign
POST    /campaigns/{code}/phases/{number}/results/{version}/approval     campaign  code=campaign number=published
POST    /campaigns/{code}/phases/{number}/results/{version}/publication  campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/results/{version}/analysis           campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/results/{version}/analysis/{region}  campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/agreement                     campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/agreement/assessors           campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/agreement/indicators/{node}   campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/results/{version}/scenario     campaign  code=campaign number=published
POST    /campaigns/{code}/phases/{number}/results/{version}/drafts       campaign  code=campaign number=published
POST    /campaigns/{code}/phases/{number}/corrections       campaign  code=campaign number=published
GET     /campaigns/{code}/phases/{number}/objections        campaign  code=campaign number=published
POST    /objections/{key}/decision                          region    key=objection
GET     /objections/{key}                                   region    key=objection
PUT     /objections/{key}/advice                            region    key=objection
POST    /objections/{key}/response                          region    key=objection
GET     /assessments/{key}/result                           region    key=agreed
POST    /assessments/{key}/objections                       region    key=agreed
POST    /assessments/{key}/acceptance                       region    key=agreed
GET     /assessments/{key}/follow-ups                       region    key=agreed
PUT     /follow-ups/{key}                                   region    key=follow_up
PUT     /follow-ups/{key}/evidence/{evidence}               region    key=follow_up
DELETE  /follow-ups/{key}/evidence/{evidence}               region    key=follow_up
GET     /follow-ups/{key}/proposals                         region    key=follow_up
POST    /follow-ups/{key}/proposals                         region    key=follow_up
GET     /regions/{code}/evidence                            region    code=region
POST    /regions/{code}/evidence                            team      code=region
GET     /evidence/{key}                                     region    key=evidence
POST    /evidence/{key}/versions                            region    key=evidence
POST    /evidence/{key}/{number}/verification               region    key=evidence number=version
GET     /evidence/{key}/{number}/file                       region    key=evidence number=version
GET     /me                                                 own
GET     /notices                                            own
POST    /notices/{key}/read                                 region    key=notice
GET     /accounts/{key}/tokens                              region    key=token_owner
POST    /accounts/{key}/tokens/{token}/revoke               region    key=token_owner
"""
