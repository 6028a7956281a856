-- Files on their way in: unlogged tables that outlive the process that fills them, so that a load can be resumed.
create schema staging;
grant usage, create on schema staging to emprise_worker;
