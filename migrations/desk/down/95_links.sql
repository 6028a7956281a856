drop table core.signed_link;
drop function core.stamp_signed_link();
