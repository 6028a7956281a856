delete from core.market_told where what = 'gone';
alter table core.market_told drop constraint market_told_what_check;
alter table core.market_told add constraint market_told_what_check
    check (what in ('opened', 'lapsed', 'expires_30', 'expires_7'));
comment on column core.market_told.about is 'opened: a row of market_change; else a row of commitment';
