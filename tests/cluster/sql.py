"""Asking a running cluster a question as its superuser."""

from typing import Any

import psycopg

from geo.cluster import Running


def ask(running: Running, question: str, role: str = "emprise_super") -> Any:
    """The first column of the first row of the answer, None when there is no row."""
    with psycopg.connect(running.conninfo(role, "postgres"), autocommit=True) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
    return row and row[0]
