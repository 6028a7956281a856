alter table core.contact drop column market_stopped_at;
