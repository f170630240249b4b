"""What Rasa keeps of conversations goes when they have ended; what goes on stays."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from settings import ROOT

_RASA_PYTHON = str(ROOT / "bot" / ".venv" / "bin" / "python")

# Runs in Rasa's environment: saves an old conversation and a young one, prints whose events are left
# after each, and after the next hour has begun.
_SAVE = """
import asyncio, json, sys, time
from bot.components.no_tensorflow import stand_in_for_tensorflow
stand_in_for_tensorflow()
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from bot.components.tracker_store import OpenTrackerStore

DAY = 24 * 3600
store = OpenTrackerStore(domain=Domain.empty(), db=sys.argv[1])

def say(sender, days_ago):
    tracker = DialogueStateTracker(sender, [])
    tracker.update(UserUttered("noget om " + sender, timestamp=time.time() - days_ago * DAY))
    asyncio.run(store.save(tracker))

def senders():
    with store.session_scope() as session:
        return sorted({event.sender_id for event in session.query(store.SQLEvent)})

seen = []
say("long ago", 2.1)
seen.append(senders())
say("yesterday", 1.1)
say("also long ago", 3.0)
seen.append(senders())
store._forgets_at = 0.0
say("today", 0.0)
seen.append(senders())
print(json.dumps(seen))
"""


def test_events_are_forgotten_after_two_days_once_an_hour(tmp_path: Path) -> None:
    file = tmp_path / "rasa.db"
    result = subprocess.run(
        [_RASA_PYTHON, "-W", "ignore", "-c", _SAVE, str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    first, within_the_hour, next_hour = json.loads(result.stdout.splitlines()[-1])
    assert first == []
    assert within_the_hour == ["also long ago", "yesterday"]
    assert next_hour == ["today", "yesterday"]
    assert b"noget om also long ago" not in file.read_bytes()
