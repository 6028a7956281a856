-- Those who were told that land is available again are told, once, that it is not any more.
alter table core.market_told drop constraint market_told_what_check;
alter table core.market_told add constraint market_told_what_check
    check (what in ('opened', 'gone', 'lapsed', 'expires_30', 'expires_7'));
comment on column core.market_told.about is 'opened, gone: a row of market_change, by which land became available; else a row of commitment';
