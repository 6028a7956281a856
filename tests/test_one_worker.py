"""What a module makes once is made by one worker: the grouping of tests that conftest.py asks for takes place."""

import os

import pytest


@pytest.fixture(scope="module")
def made_once() -> str:
    return "made"


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process only")
def test_tests_that_share_with_their_module_are_one_group(made_once: str, request: pytest.FixtureRequest) -> None:
    """pytest 9.2 drops the mark that pytest-xdist 3.8 sets on a test's id: every test goes to any worker then."""
    assert made_once
    assert request.node.nodeid.endswith("@tests.test_one_worker")
