-- Classes of needs whose dates are kept for every state there was, so that asking again of one does not look for gaps.
create table core.dated_class (
    as_of date not null,
    need_class text not null,
    catalogue text not null,
    states bigint not null,
    primary key (as_of, need_class, catalogue)
);
comment on column core.dated_class.states is 'how many states there were; states are never taken away';
grant select, insert, update, delete on core.dated_class to emprise_worker;
