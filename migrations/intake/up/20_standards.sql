-- What a standard's file says beyond our own columns, field by field as published: nothing read is lost.
alter table core.parcel add column published jsonb not null default '{}';
alter table core.site add column published jsonb not null default '{}';
alter table core.pole rename column facts to published;
alter table core.establishment add column published jsonb not null default '{}';
comment on column core.parcel.published is 'official fields without a column of their own, as published; never served to the public';
