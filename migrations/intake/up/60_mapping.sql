-- How the columns of a planner's own files become ours: confirmed once, then read the same way as long as the file
-- keeps its fields.
create table core.column_mapping (
    dataset text primary key,
    layer text not null,
    fields text[] not null,
    toml text not null,
    actor text not null,
    confirmed_at timestamptz not null default now()
);
comment on table core.column_mapping is 'mappings confirmed by planners, by the name of the file (and layer) they are for';
comment on column core.column_mapping.fields is 'the fields the file had when its mapping was confirmed';
alter table core.column_mapping enable row level security, force row level security;
create policy work on core.column_mapping to emprise_worker using (true) with check (true);
grant select, insert, update, delete on core.column_mapping to emprise_worker;
