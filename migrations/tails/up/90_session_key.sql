-- A session that a key opened ends when the key does.
alter table core.session add column api_key bigint references core.api_key;
create index on core.session (api_key) where api_key is not null;
