delete from core.cadastral_review where cause = 'named';
alter table core.cadastral_review
    drop constraint cadastral_review_cause_check,
    add constraint cadastral_review_cause_check check (cause in ('split', 'merge', 'renumbered', 'redrawn'));
