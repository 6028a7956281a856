drop trigger history_ins on core.parcel;
drop function core.write_drawn();
delete from core.history where op = 'insert';
alter table core.history drop constraint history_op_check, add constraint history_op_check
    check (op in ('update', 'delete'));
drop trigger a_draw on core.parcel;
drop function core.draw_parcel();
