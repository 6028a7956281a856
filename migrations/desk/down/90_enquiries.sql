drop policy form on core.enquiry;
drop policy work on core.enquiry;
revoke select, insert on core.enquiry from emprise_worker;
drop trigger a_stamp_enquiry on core.enquiry;
drop function core.stamp_enquiry();
drop index core.enquiry_organisation, core.enquiry_siren, core.enquiry_received;
alter table core.enquiry
    drop constraint enquiry_source, drop constraint enquiry_mail, drop column subject, drop column language,
    drop column company, drop column siren, drop column mail_domain, drop column contact, drop column consent_on,
    drop column reading, drop column need, drop column closed_why, drop column actor, drop column recorded_at,
    drop column answered_at, drop column updated_at, drop column version;
alter table core.enquiry add column contact jsonb not null default '{}';
alter table core.enquiry rename column mail to body;
alter table core.enquiry rename column source to channel;
