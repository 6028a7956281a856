drop policy privacy on core.idempotency;
revoke select, delete on core.idempotency from emprise_worker;
drop policy privacy on core.proposed;
drop policy privacy on core.availability_answer;
revoke update (note, told_whom) on core.proposed from emprise_worker;
revoke update (note) on core.availability_answer from emprise_worker;
drop policy privacy on core.enquiry;
revoke update on core.enquiry from emprise_worker;
drop table core.subscription, core.watch_event, core.watch_seen, core.watch, core.saved_search;
