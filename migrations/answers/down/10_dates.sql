alter table core.readiness
    add constraint readiness_state_id_fkey foreign key (state_id) references core.readiness_state;
drop index core.readiness_of_class;
