-- How cadastral parcels follow one another, and what of it a planner has to decide for offered land.
alter table core.cadastral_parcel add column retired_on date;
comment on column core.cadastral_parcel.retired_on is 'day a newer cadastre showed that other parcels have taken its place';

-- The DGFiP's own record (documents de filiation informatisés): mothers and daughters of each change.
create table core.filiation (
    document text primary key,
    nature text not null,
    "on" date not null,
    mothers text[] not null,
    daughters text[] not null
);
create index filiation_mothers on core.filiation using gin (mothers);

create table core.cadastral_lineage (
    old text not null,
    new text not null,
    share double precision check (share > 0 and share <= 1.000001),
    cause text not null check (cause in ('split', 'merge', 'renumbered', 'redrawn')),
    basis text not null check (basis in ('filiation', 'overlap')),
    "on" date not null default core.today(),
    primary key (old, new)
);
create index cadastral_lineage_new on core.cadastral_lineage (new);
comment on column core.cadastral_lineage.share is 'share of the old parcel''s area that became the new one; null where no drawing shows it';

-- Offered land never moves by itself: a planner keeps it, lets it follow, or splits it. One open question a parcel.
create table core.cadastral_review (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    cause text not null check (cause in ('split', 'merge', 'renumbered', 'redrawn')),
    old_ids text[] not null,
    new_ids text[] not null,
    found_on date not null default core.today(),
    decision text check (decision in ('keep', 'follow', 'split')),
    decided_at timestamptz,
    actor text,
    reason text,
    check ((decision is null) = (decided_at is null))
);
create unique index cadastral_review_open on core.cadastral_review (parcel) where decision is null;

-- Of the loader alone: who else is to read them gets a view of their own land.
alter table core.filiation enable row level security, force row level security;
alter table core.cadastral_lineage enable row level security, force row level security;
alter table core.cadastral_review enable row level security, force row level security;
create policy work on core.filiation to emprise_worker using (true) with check (true);
create policy work on core.cadastral_lineage to emprise_worker using (true) with check (true);
create policy work on core.cadastral_review to emprise_worker using (true) with check (true);
grant select, insert, update, delete on core.filiation, core.cadastral_lineage, core.cadastral_review to emprise_worker;

-- The overrides of a parcel with one more: what the import had said stays beside it.
create function core.overriding(overrides jsonb, field text, value jsonb, imported jsonb) returns jsonb
language sql stable as $$
    select overrides || jsonb_build_object(field, jsonb_build_object(
        'value', value, 'by', core.setting('actor'), 'on', core.today(), 'why', core.setting('reason'),
        'imported', coalesce(overrides -> field -> 'imported', imported)))
$$;
revoke execute on function core.overriding(jsonb, text, jsonb, jsonb) from public;
grant execute on function core.overriding(jsonb, text, jsonb, jsonb) to emprise_worker;

-- The number that a parcel of the cadastre bears today, when it was renumbered and no more than that; else null.
create function core.renumbered_as(idu text) returns text
language sql stable as $$
    with recursive line(idu, depth) as (
        select l.new, 1 from core.cadastral_lineage l join core.cadastral_parcel c on c.idu = l.old
        where l.old = $1 and l.cause = 'renumbered' and c.retired_on is not null
        union all
        select l.new, line.depth + 1 from line
        join core.cadastral_parcel c on c.idu = line.idu and c.retired_on is not null
        join core.cadastral_lineage l on l.old = line.idu and l.cause = 'renumbered'
        where line.depth < 100)
    select c.idu from line join core.cadastral_parcel c on c.idu = line.idu and c.retired_on is null
    order by depth limit 1
$$;
-- The parcels of the cadastre that stand today in the place of some, through any number of changes.
create function core.standing_for(ids text[]) returns text[]
language sql stable as $$
    with recursive line(idu) as (
        select unnest(ids)
        union
        select l.new from line
        join core.cadastral_parcel c on c.idu = line.idu and c.retired_on is not null
        join core.cadastral_lineage l on l.old = line.idu)
    select coalesce(array_agg(c.idu order by c.idu), '{}')
    from line join core.cadastral_parcel c on c.idu = line.idu and c.retired_on is null
$$;
revoke execute on function core.renumbered_as(text), core.standing_for(text[]) from public;
grant execute on function core.renumbered_as(text), core.standing_for(text[]) to emprise_worker;
