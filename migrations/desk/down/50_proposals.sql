drop table core.availability_answer, core.availability_asked, core.consent_change, core.proposal;
drop trigger a_stamp on core.consent;
drop trigger noted on core.consent;
drop function core.stamp_consent(), core.note_consent(), core.stamp_proposal();
alter table core.consent drop column why, drop column actor;
