-- Rows remember the bytes they were read from, so that a reload passes over what did not change without parsing it.
alter table core.parcel add column raw bytea;
alter table core.cadastral_parcel add column raw bytea;
comment on column core.parcel.raw is 'hash (16 bytes) of the text its source said it with, and of how that was read; null: read it again';
comment on column core.cadastral_parcel.raw is 'hash (16 bytes) of the text its source said it with, and of how that was read; null: read it again';

-- What an import wrote is looked at after it, what had ended before it; both are few in a base that holds many. Numbers of
-- imports only grow, so that the first index costs next to nothing.
create index cadastral_parcel_import on core.cadastral_parcel (import);
create index parcel_import on core.parcel (import);
create index parcel_ended on core.parcel (source, key) where deleted_on is not null;
create index cadastral_parcel_retired on core.cadastral_parcel (idu) where retired_on is not null;

-- What a file on its way repeats word for word of the rows that stand: how many, the sum (xor) of their hashes, their
-- communes, among the rows of which imports they were looked for, and which import was the newest then. Unlogged like the
-- staged rows themselves.
create unlogged table staging.again (
    delivery bigint not null,
    layer text not null,
    source bigint not null,
    imports bigint[] not null,
    newest bigint not null,
    stated bytea not null,
    rows bigint not null,
    print bytea not null,
    communes text[] not null,
    primary key (delivery, layer)
);
comment on column staging.again.stated is 'what of a digest tells the columns a file says anything of (geo.store.merge.said)';
grant select, insert, delete on staging.again to emprise_worker;
