-- Which catalogue of steps dates were computed with, from when on: an answer as known then has the durations of then.
create table core.catalogue_used (
    id bigint generated always as identity primary key,
    version text not null,
    content text not null,
    used_from timestamptz not null default now()
);
create index catalogue_used_from on core.catalogue_used (used_from, id);
comment on column core.catalogue_used.content is 'the file, as TOML; a row is written when dates are kept that another catalogue gave';
grant select, insert, update, delete on core.catalogue_used to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
