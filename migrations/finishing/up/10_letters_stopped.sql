-- Letters on the market are stopped by the link that each of them carries, as digests are.
alter table core.contact add column market_stopped_at timestamptz;
comment on column core.contact.market_stopped_at is 'when the person asked for no more letters on the market; null: they are written to';
