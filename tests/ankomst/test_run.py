"""The whole system as `make run` starts it: a question, a mail, and a clean end."""

from __future__ import annotations

import mailbox
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from imapclient import IMAPClient

from language.languages import LANGUAGES
from settings import ENV_FILE_VARIABLE, PREFIX, ROOT, load
from tests.postgres import free_port
from tests.web.fixtures import signed_in, token_in
from triage.mailservers import RECEIVED
from web.users import DEMO_PASSWORD

pytestmark = pytest.mark.rasa

_DEMO_MAILS = sorted((ROOT / "triage" / "demo").glob("*.eml"))
_QUESTIONS = {
    "da": "Min chef trak 55 procent i skat, fordi jeg ikke har et skattekort. Får jeg det igen?",
    "en": "They kept 55 percent of my wage because I had no tax card, do I get it back?",
    "pl": "zabrali mi 55 procent wyplaty bo nie mialem karty podatkowej czy to oddadza",
    "lt": "nuskaiciavo 55 procentus algos nes neturejau mokesciu korteles, ar grazins",
    "ro": "mi-au oprit 55 la suta din salariu ca nu aveam card fiscal, primesc banii inapoi?",
    "de": "Mir wurden 55 Prozent abgezogen, weil ich keine Steuerkarte hatte. Bekomme ich das zurück?",
}


@dataclass
class RunningSystem:
    """What `ankomst run` started."""

    process: subprocess.Popen[str]
    log: Path
    environment_file: Path
    web_url: str
    imap_port: int
    seconds_to_ready: float


@pytest.fixture(scope="module")
def system(
    trained_models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSystem]:
    """The system on free ports and an empty data directory, with a model that fits."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "var").mkdir()
    (folder / "var" / "models").symlink_to(trained_models, target_is_directory=True)
    web, rasa, actions, imap, smtp = (free_port() for _ in range(5))
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    environment = {
        **inherited,
        ENV_FILE_VARIABLE: str(folder / "ankomst.env"),
        f"{PREFIX}DATA_DIRECTORY": str(folder / "var"),
        f"{PREFIX}WEB_PORT": str(web),
        f"{PREFIX}PUBLIC_URL": f"http://127.0.0.1:{web}",
        f"{PREFIX}RASA_PORT": str(rasa),
        f"{PREFIX}RASA_URL": f"http://127.0.0.1:{rasa}",
        f"{PREFIX}ACTIONS_PORT": str(actions),
        f"{PREFIX}ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        f"{PREFIX}IMAP_PORT": str(imap),
        f"{PREFIX}SMTP_PORT": str(smtp),
        f"{PREFIX}SEARCH_BY_MEANING": "false",  # it would encode all articles meanwhile
    }
    log = folder / "run.log"
    started = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "ankomst"), "run"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            # Ctrl-C reaches a terminal's whole group; here it is sent to the supervisor alone.
            start_new_session=True,
        )
    try:
        _wait_until(lambda: "Stop with Ctrl-C" in log.read_text(), process, log)
        yield RunningSystem(
            process,
            log,
            folder / "ankomst.env",
            f"http://127.0.0.1:{web}",
            imap,
            time.monotonic() - started,
        )
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_until(condition: Any, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        if condition():
            return
        time.sleep(0.3)
    raise AssertionError(f"It did not come about:\n{log.read_text()[-4000:]}")


def test_it_tells_where_everything_is(system: RunningSystem) -> None:
    log = system.log.read_text()
    assert f"{system.web_url}/desk/" in log
    assert f"127.0.0.1:{system.imap_port}" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_in_each_language_is_answered_from_the_knowledge(
    system: RunningSystem, language: str
) -> None:
    chat = f"{system.web_url}/api/chat/conversations"
    conversation = httpx.post(chat, timeout=30).json()["id"]
    messages = httpx.post(
        f"{chat}/{conversation}/messages",
        json={"text": _QUESTIONS[language], "language": "en"},
        timeout=30,
    ).json()["messages"]
    if messages[-1]["kind"] == "question":
        payload = messages[-1]["buttons"][1]["payload"]
        messages = httpx.post(
            f"{chat}/{conversation}/messages", json={"payload": payload}, timeout=30
        ).json()["messages"]
    answer = messages[0]
    assert answer["kind"] == "answer"
    assert answer["topic"] == "no-tax-card"
    assert answer["language"] == language
    assert "55" in answer["text"]
    assert all(source["url"].startswith("https://") for source in answer["sources"])
    assert answer["sources"][0]["date"].startswith("2026-")


def test_the_demo_mails_end_in_their_queues(system: RunningSystem) -> None:
    password = load(system.environment_file).imap_password.get_secret_value()

    def count(client: IMAPClient, folder: str) -> int:
        return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])

    with IMAPClient("127.0.0.1", system.imap_port, ssl=False) as client:
        client.login("demo", password)
        _wait_until(lambda: count(client, "INBOX") == 0, system.process, system.log)
        queues = {
            str(name): count(client, name)
            for _flags, _separator, name in client.list_folders("Queues")
            if name != "Queues"
        }
    assert sum(queues.values()) == len(_DEMO_MAILS) == 18
    # Six mails on each of the three; a classifier may be unsure of one, not of most.
    for name in ("Queues/Tax", "Queues/Jobseeker", "Queues/Visitation"):
        assert queues[name] >= 4


def test_a_caseworker_corrects_and_answers_a_case(system: RunningSystem) -> None:
    """From the desk to the mailbox: the mail changes its folder, the reply is sent and kept."""
    settings = load(system.environment_file)
    with (
        signed_in(system.web_url, "caseworker", DEMO_PASSWORD) as desk,
        IMAPClient("127.0.0.1", system.imap_port, ssl=False) as client,
    ):
        client.login("demo", settings.imap_password.get_secret_value())
        case = re.search(r'href="/desk/cases/(\d+)\?', desk.get("/desk/tax/").text)
        assert case is not None
        address = f"/desk/cases/{case[1]}"
        page = desk.get(address).text
        sender = re.search(r"<dt>From</dt><dd>([^<]+)</dd>", page)
        assert sender is not None
        form = {"csrf_token": token_in(page), "revision": "1", "listing": "tax"}
        before = _uids(client, "Queues/Jobseeker")
        corrected = desk.post(f"{address}/correct", data=form | {"to": "jobseeker"})
        assert corrected.status_code == 303
        _wait_until(
            lambda: len(_uids(client, "Queues/Jobseeker") - before) == 1,
            system.process,
            system.log,
        )
        _wait_until(
            lambda: "moved in the mailbox" in desk.get(address).text, system.process, system.log
        )

        written = desk.get(f"{address}/reply").text
        reply = {
            "csrf_token": token_in(written),
            "revision": "2",
            "language": "en",
            "subject": f"Re: [{case[1]}]",
            "text": "Please bring form 04.063.",
        }
        assert desk.post(f"{address}/reply", data=reply).status_code == 303
        _wait_until(
            lambda: "kept among the sent mail" in desk.get(address).text,
            system.process,
            system.log,
        )
        client.select_folder("Sent", readonly=True)
        (uid,) = client.search(["HEADER", "To", sender[1]])
        sent = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
    assert b"Please bring form 04.063." in sent
    assert b"In-Reply-To: <" in sent
    received = mailbox.Maildir(_data_directory(system) / "demo-mail" / RECEIVED)
    texts = [str(mail.get_payload()) for mail in received if mail["To"] == sender[1]]
    assert sum("Please bring form 04.063." in text for text in texts) == 1


def _uids(client: IMAPClient, folder: str) -> set[int]:
    client.select_folder(folder, readonly=True)
    return set(client.search("ALL"))


def _data_directory(system: RunningSystem) -> Path:
    """The data directory of the running system."""
    return system.environment_file.parent / "var"


def test_ctrl_c_ends_everything_cleanly(system: RunningSystem) -> None:
    system.process.send_signal(signal.SIGINT)
    assert system.process.wait(timeout=60) == 0
    log = system.log.read_text()
    assert "sending SIGKILL" not in log
    assert "Traceback" not in log
    with pytest.raises(httpx.TransportError):
        httpx.get(system.web_url, timeout=5)
