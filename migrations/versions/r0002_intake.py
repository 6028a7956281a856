"""Intake: staging, official facts as published, plans and their documents, lineage, mappings, the queue of jobs."""

from importlib import resources

from migrations.sql import run, run_folder

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_folder("intake/up")
    queue = resources.files("procrastinate.sql") / "schema.sql"
    run("create schema jobs; set local search_path = jobs")
    run(queue.read_text(encoding="utf-8"))
    run("""
        set local search_path = default;
        grant usage on schema jobs to emprise_worker;
        grant select, insert, update, delete on all tables in schema jobs to emprise_worker;
        grant usage on all sequences in schema jobs to emprise_worker;
        revoke execute on all functions in schema jobs from public;
        grant execute on all functions in schema jobs to emprise_worker;
    """)


def downgrade() -> None:
    run("drop schema jobs cascade")
    run_folder("intake/down")
