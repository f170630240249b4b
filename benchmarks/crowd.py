"""People who read and type: each writes at moments of their own, whether or not others were answered.

The moments are drawn before anybody writes (an open loop). A person whose own answer is late sends
the next message as soon as it has come, but the time counts from when they meant to send it: a slow
server cannot make its own figures look better by letting people wait.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from ankomst.training_data import MESSAGES
from benchmarks.figures import Load, percentile_ms
from language.languages import LANGUAGES, Language
from understanding.examples import read_nlu

SECONDS_BETWEEN_TURNS = 10.0
"""From one message of a person to the next, on average."""

_SEED = 1
_PRESSES = 0.5
_ANSWER_SECONDS = 60.0
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Utterance:
    """What a person does at a moment.

    Attributes:
        at: Seconds from when all began.
        text: What they write.
        presses: Whether they press a button instead, where the bot has offered some.
    """

    at: float
    text: str
    presses: bool


@dataclass(frozen=True)
class Person:
    """Somebody who talks with the bot, on a page in their language."""

    language: Language
    utterances: Sequence[Utterance]


class Talk(Protocol):
    """A conversation of one person with what is measured."""

    async def say(self, utterance: Utterance) -> bool:
        """Say something and wait for the answer; return whether there was one."""
        ...


class Service(Protocol):
    """What is measured.

    Attributes:
        name: As it is reported.
        pids: The processes whose processor time is reported.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 (described above)

    @property
    def pids(self) -> Mapping[str, int]: ...  # noqa: D102 (described above)

    def talk(self, client: httpx.AsyncClient, language: Language) -> Talk:
        """Return a conversation that is yet to be begun."""
        ...


@dataclass(frozen=True)
class _Turn:
    at: float
    seconds: float
    answered: bool


def crowd(people: int, seconds: float) -> list[Person]:
    """Draw people with what they write when; the same each time.

    Args:
        people: How many, of the six languages in turn.
        seconds: How long they write.
    """
    examples = read_nlu(MESSAGES)
    texts = {
        language: [example.text for example in examples if example.language == language]
        for language in LANGUAGES
    }
    drawing = random.Random(_SEED)  # noqa: S311 (a schedule, nothing secret)
    languages = [LANGUAGES[number % len(LANGUAGES)] for number in range(people)]
    return [Person(one, _utterances(drawing, texts[one], seconds)) for one in languages]


def _utterances(drawing: random.Random, texts: Sequence[str], seconds: float) -> list[Utterance]:
    utterances = []
    at = drawing.expovariate(1 / SECONDS_BETWEEN_TURNS)
    while at < seconds:
        presses = drawing.random() < _PRESSES
        utterances.append(Utterance(at, drawing.choice(texts), presses))
        at += drawing.expovariate(1 / SECONDS_BETWEEN_TURNS)
    return utterances


def measured(service: Service, people: int, warm_up: float, seconds: float) -> Load:
    """Let people talk with a service.

    Args:
        service: What answers.
        people: How many at the same time.
        warm_up: Seconds in the beginning that are not measured.
        seconds: Seconds that are, after that.
    """
    return asyncio.run(_measured(service, people, warm_up, seconds))


async def _measured(service: Service, people: int, warm_up: float, seconds: float) -> Load:
    talking = crowd(people, warm_up + seconds)
    turns: list[_Turn] = []
    async with client_of_many() as client:
        start = time.perf_counter()
        all_of_them = asyncio.gather(
            *(_write(one, service.talk(client, one.language), start, turns) for one in talking)
        )
        await asyncio.sleep(warm_up)
        before = _processor_seconds(service.pids)
        await asyncio.sleep(seconds)
        after = _processor_seconds(service.pids)
        await all_of_them
    counted = [turn for turn in turns if turn.at >= warm_up]
    times = [turn.seconds for turn in counted]
    return Load(
        service.name,
        people,
        len(counted),
        sum(not turn.answered for turn in turns),
        len(counted) / seconds,
        statistics.median(times) * 1000,
        percentile_ms(times, 95),
        percentile_ms(times, 99),
        {name: (after[name] - before[name]) / len(counted) * 1000 for name in after},
    )


@asynccontextmanager
async def client_of_many() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client with as many connections as there are people."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, limits=limits, trust_env=False) as client:
        yield client


async def _write(person: Person, talk: Talk, start: float, turns: list[_Turn]) -> None:
    for utterance in person.utterances:
        meant = start + utterance.at
        await asyncio.sleep(max(0.0, meant - time.perf_counter()))
        try:
            answered = await talk.say(utterance)
        except httpx.HTTPError:
            answered = False
        turns.append(_Turn(utterance.at, time.perf_counter() - meant, answered))


def _processor_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    return {
        **{name: _of_process(pid) for name, pid in pids.items()},
        "people": _of_process(os.getpid()),
    }


def _of_process(pid: int) -> float:
    # proc(5): after the name in brackets, user and system time are the 12th and 13th field.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
