"""A child of a crew: stages the chunks it is handed until its parent is gone. ``python -m geo.intake.crew_child``"""

import gc
import sys

import psycopg

from geo.intake.chunk import Chunk, Plan
from geo.intake.crew import Ended, Setup, receive, send
from geo.intake.problems import Unreadable
from geo.intake.staging import stage_chunk


def main() -> None:
    """Take chunks from standard input, answer each on standard output."""
    gc.disable()  # what a chunk leaves behind holds no cycles worth looking for all the time
    hear, say = sys.stdin.buffer, sys.stdout.buffer
    setup: Setup = receive(hear)
    plans: dict[int, Plan] = {}
    with psycopg.connect(**setup.connection) as connection:
        while True:
            try:
                chunk: Chunk = receive(hear)
            except EOFError:
                return
            # one for all chunks of a part: preparing a transformation takes longer than using it
            chunk.plan = plans.setdefault(chunk.heard.part, chunk.plan)
            send(say, _stage(connection, setup, chunk))
            gc.collect(0)


def _stage(connection: "psycopg.Connection[tuple[object, ...]]", setup: Setup, chunk: Chunk) -> Ended:
    try:
        stage_chunk(connection, chunk, setup.targets, setup.delivery, setup.srid, setup.read)
        connection.commit()
    except Unreadable as refusal:
        connection.rollback()
        return Ended(refusal.code, refusal.params)
    return Ended()


if __name__ == "__main__":
    main()
