drop policy work on core.need;
drop policy work on core.project;
revoke select on core.project, core.need from emprise_worker;
drop table core.need_answer, core.proposed, core.shortlist;
drop trigger b_project_status on core.project;
drop function core.note_project_status();
drop table core.project_status;
drop policy add on core.need;
drop policy read on core.need;
create policy own on core.need to emprise_owner
    using (exists (select from core.project p where p.id = project))
    with check (exists (select from core.project p where p.id = project));
drop policy of_company on core.project;
drop trigger a_stamp_project on core.project;
drop function core.stamp_project();
drop index core.project_organisation;
alter table core.need drop column why, drop column actor;
alter table core.project drop constraint project_lost, drop column lost_why, drop column actor,
    drop column updated_at, drop column version;
