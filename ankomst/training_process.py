"""One training in a process of its own, which tells through a pipe how far it is.

In a process, so that memory is given back and a training can be ended at any time; with low
priority, so that chat and mail stay as quick as they are.
"""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection

from ankomst.rasa_training import RasaTrainingError
from ankomst.training_data import read_training_data, read_validation
from ankomst.version_making import Report, make_version, version_name
from learning import runs
from learning.comparing import compare_versions
from learning.mail_comparing import compare_on_mails
from learning.models import Stage
from learning.training_queue import End, Failed, Progress, Trained, Unchanged
from learning.versions import Versions
from settings import Settings
from storage.database import Database
from understanding.encoder import open_encoder
from understanding.errors import UnderstandingError

_NICENESS = 10


def carry_out(configuration: Settings, pipe: Connection) -> None:
    """Train, compare with the active model, and send `Progress` and at last the `End`.

    Args:
        configuration: The settings.
        pipe: What is sent goes to the trainer.
    """
    # A group of its own, so that the trainer ends Rasa's training too; Ctrl-C is the trainer's.
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    # Has to be set before scikit-learn loads OpenMP; understanding.encoder says what it is for.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")

    def report(stage: Stage, done: int | None = None, total: int | None = None) -> None:
        pipe.send(Progress(stage, done, total))

    try:
        end: End = _train(configuration, report)
    except UnderstandingError as error:
        end = Failed("data", str(error))
    except RasaTrainingError as error:
        end = Failed("rasa", str(error))
    pipe.send(end)


def _train(configuration: Settings, report: Report) -> Trained | Unchanged:
    encoder = open_encoder(configuration.encoder)
    versions = Versions(configuration.models_directory)
    database = Database(configuration.effective_database_url())
    with database.transaction() as session:
        present = runs.active(session)
    database.close()
    data = read_training_data()
    name = version_name(data, encoder)
    if present is not None and present.version == name:
        return Unchanged()
    version = versions.version(name)
    if not version.is_complete:
        version = make_version(configuration, versions, data, encoder, report)
    report("comparing")
    before = versions.version(present.version) if present and present.version else None
    compared = compare_versions(before, version, data.examples, read_validation())
    on_mails = compare_on_mails(before, version, data.kept_back, data.mails)
    before_id = present.id if present else None
    return Trained(
        name,
        before_id,
        compared.figures(),
        compared.changes(),
        on_mails.figures(),
        on_mails.changes(),
    )
