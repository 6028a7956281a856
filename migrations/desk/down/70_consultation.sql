drop table core.consultation_answer, core.consulted, core.consultation cascade;
drop function core.stamp_answer(), core.stamp_consulted(), core.is_mine(bigint);
