-- The source of offered land may itself name other cadastral parcels: where the base does not hold them all, its outline
-- stays, and a planner is asked.
alter table core.cadastral_review
    drop constraint cadastral_review_cause_check,
    add constraint cadastral_review_cause_check
        check (cause in ('split', 'merge', 'renumbered', 'redrawn', 'named'));
