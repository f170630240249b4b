"""Tests of the mail."""

import pytest

pytest.register_assert_rewrite("tests.triage.settled", "tests.triage.dying")
