drop function core.renumbered_as(text), core.standing_for(text[]);
drop function core.overriding(jsonb, text, jsonb, jsonb);
drop table core.cadastral_review, core.cadastral_lineage, core.filiation;
alter table core.cadastral_parcel drop column retired_on;
