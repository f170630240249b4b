"""The trained model: understanding, queues, and the file that it is kept in."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from language.languages import LANGUAGES, Language
from language.normalisation import without_diacritics
from tests.understanding.small import EXAMPLES, MAILS
from understanding.errors import ModelFormatError, ModelMissingError
from understanding.examples import fingerprint, topic_of
from understanding.mails import CARRYING
from understanding.model import Understanding
from understanding.queues import QUEUES
from understanding.sentences import sentences

# Not in the training data, word for word.
_QUESTIONS: dict[str, dict[Language, str]] = {
    "tax-card": {
        "da": "Hvor kan jeg få et skattekort?",
        "en": "Where can I get my tax card?",
        "pl": "Gdzie mogę dostać kartę podatkową?",
        "lt": "Kur galiu gauti mokesčių kortelę?",
        "ro": "De unde pot obține un card fiscal?",
        "de": "Wo kann ich eine Steuerkarte bekommen?",
    },
    "jobnet-cv": {
        "da": "Kan I hjælpe mig med at lave et CV på Jobnet?",
        "en": "Can you help me with making a CV on Jobnet?",
        "pl": "Czy pomożecie mi zrobić CV na Jobnet?",
        "lt": "Ar galite padėti sukurti CV Jobnet?",
        "ro": "Mă puteți ajuta să fac un CV pe Jobnet?",
        "de": "Könnt ihr mir mit dem Lebenslauf auf Jobnet helfen?",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", _QUESTIONS)
def test_a_question_is_understood_with_and_without_diacritics(
    real_model: Understanding, topic: str, language: Language
) -> None:
    text = _QUESTIONS[topic][language]
    for typed in (text, without_diacritics(text), text.upper()):
        understood = real_model.understand(typed, language)
        assert (understood.intent, understood.topic) == ("faq", topic), typed
        assert understood.identification.language == language


@pytest.mark.parametrize(
    "text", ["Wo finde ich gute Pizza?", "is there rain this weekend", "Kas laimėjo krepšinį?"]
)
def test_what_is_out_of_scope_is_refused(real_model: Understanding, text: str) -> None:
    understood = real_model.understand(text)
    assert (understood.intent, understood.topic) == ("out_of_scope", None)
    assert understood.band == "refuse"


def test_tak_thanks_in_danish_and_agrees_in_polish(real_model: Understanding) -> None:
    assert real_model.understand("Tak!", "da").intent == "thanks"
    assert real_model.understand("Tak!", "pl").intent == "affirm"


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_nothing_is_refused(hashing_model: Understanding, text: str) -> None:
    understood = hashing_model.understand(text, "pl")
    assert (understood.band, understood.intent, understood.ranking) == (
        "refuse",
        "out_of_scope",
        (),
    )
    assert understood.identification.language == "pl"


@pytest.mark.parametrize("text", ["\ud83d tax card", "tax\0card", "?", "😀", "x" * 5000, "1 2 3"])
def test_odd_texts_are_borne(real_model: Understanding, text: str) -> None:
    understood = real_model.understand(text)
    assert 0 <= understood.confidence <= 1
    json.dumps(understood.as_dict()).encode("utf-8")


def test_the_object_has_exactly_the_documented_fields(real_model: Understanding) -> None:
    text = "Mieszkam w Aarhus, gdzie złożyć 04.063, żeby dostać kartę podatkową?"
    found = real_model.understand(text).as_dict()
    assert list(found) == [
        *("language", "intent", "topic", "confidence", "band", "ranking", "entities")
    ]
    assert found["language"] == "pl"
    assert found["topic"] == found["ranking"][0]["topic"] == "tax-card"
    assert found["confidence"] == found["ranking"][0]["confidence"]
    assert [set(entry) for entry in found["ranking"]] == [{"topic", "confidence"}] * 3
    confidences = [entry["confidence"] for entry in found["ranking"]]
    assert confidences == sorted(confidences, reverse=True)
    entities = {entity["kind"]: entity for entity in found["entities"]}
    assert entities["form"]["value"] == "04.063"
    assert entities["municipality"]["value"] == "Aarhus"
    for entity in found["entities"]:
        assert set(entity) == {"kind", "value", "text", "start", "end"}
        assert text[entity["start"] : entity["end"]] == entity["text"]


def as_dicts(
    model: Understanding, messages: list[tuple[str, Language | None]]
) -> list[dict[str, Any]]:
    # The last digit of a language's confidence is lingua's to change from call to call.
    return [understood.as_dict() for understood in model.understand_all(messages)]


def test_together_is_as_one_by_one(real_model: Understanding) -> None:
    messages: list[tuple[str, Language | None]] = [
        (example.text, example.language if number % 2 else None)
        for number, example in enumerate(EXAMPLES[::7])
    ]
    one_by_one = [real_model.understand(text, hint).as_dict() for text, hint in messages]
    assert as_dicts(real_model, messages) == one_by_one
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda message: real_model.understand(*message).as_dict(), messages)
        assert list(found) == one_by_one


def test_personal_numbers_play_no_part(real_model: Understanding) -> None:
    first = real_model.understand("Mit CPR er 010190-1234, hvor er mit skattekort?").as_dict()
    second = real_model.understand("Mit CPR er 311299-9876, hvor er mit skattekort?").as_dict()
    assert first == second


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("Skattekort\n\nHej, jeg er Ion. Jeg skal have et skattekort til mit nye arbejde.", "tax"),
        ("CV\n\nI am looking for work. How do I put my CV on Jobnet?", "jobseeker"),
        ("Umzug\n\nWir ziehen im Mai um. Wo bekommen die Kinder CPR-Nummern?", "visitation"),
    ],
)
def test_a_mail_is_judged_with_what_carried_it(
    real_model: Understanding, text: str, queue: str
) -> None:
    judgement = real_model.judge_mail(text)
    assert judgement.queue == queue
    assert judgement.probabilities[judgement.queue] == judgement.confidence
    assert set(judgement.probabilities) == set(QUEUES)
    assert sum(judgement.probabilities.values()) <= 1 + 1e-9
    assert judgement.decided == (judgement.confidence >= real_model.weights.mails.decided)
    assert 1 <= len(judgement.carrying) <= CARRYING
    assert set(judgement.carrying) <= set(sentences(text))


def test_what_carried_a_mail_is_no_greeting_and_no_name(real_model: Understanding) -> None:
    long = [
        "I started as a welder in Odense last Monday and have no tax card yet.",
        "My employer says that he must withhold 55 percent of my wages without it.",
        "Which papers do I need for the tax card, and where do I send them?",
    ]
    text = "\n\n".join(["Tax card", "Hello!", *long, "Tax card please.", "Thanks", "Ion"])
    assert 1 <= len(real_model.judge_mail(text).carrying) <= CARRYING
    assert set(real_model.judge_mail(text).carrying) <= {*long, "Tax card please."}


def test_the_topics_of_a_mail(real_model: Understanding) -> None:
    judgement = real_model.judge_mail(
        "Hej\n\nHvordan får jeg et skattekort, når jeg starter i job?"
    )
    assert judgement.topics == ("tax-card",)


@pytest.mark.parametrize("text", ["", "---", "\n\n", "ok", "x" * 100_000, "Hej. " * 20_000])
def test_odd_mails_are_borne(hashing_model: Understanding, text: str) -> None:
    judgement = hashing_model.judge_mail(text)
    assert judgement.queue in QUEUES
    assert not judgement.decided


def test_a_mail_that_is_no_business_of_ours_belongs_in_no_queue(real_model: Understanding) -> None:
    ours = real_model.judge_mail(MAILS[0].text)
    theirs = real_model.judge_mail("Tivoli\n\nHvad koster en billet, og hvordan bliver vejret?")
    assert sum(theirs.probabilities.values()) < 0.5 < sum(ours.probabilities.values())
    assert not theirs.decided


def test_a_model_knows_its_topics_and_messages(hashing_model: Understanding) -> None:
    slugs = {slug for example in EXAMPLES if (slug := topic_of(example.label))}
    assert set(hashing_model.topics) == slugs
    assert hashing_model.messages_fingerprint == fingerprint(EXAMPLES)


def test_a_saved_model_is_the_same_and_so_are_its_bytes(
    hashing_model: Understanding, tmp_path: Path
) -> None:
    path = tmp_path / "models" / "understanding.npz"
    hashing_model.save(path)
    loaded = Understanding.load(path)
    messages: list[tuple[str, Language | None]] = [(e.text, None) for e in EXAMPLES]
    assert as_dicts(loaded, messages) == as_dicts(hashing_model, messages)
    assert loaded.judge_mail(MAILS[0].text) == hashing_model.judge_mail(MAILS[0].text)
    assert loaded.messages_fingerprint == hashing_model.messages_fingerprint
    assert loaded.training_fingerprint == hashing_model.training_fingerprint
    again = tmp_path / "again.npz"
    loaded.save(again)
    assert again.read_bytes() == path.read_bytes()
    assert sorted(tmp_path.rglob("*")) == [again, path.parent, path]


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"no trained model at .*ankomst train") as raised:
        Understanding.load(tmp_path / "understanding.npz")
    assert isinstance(raised.value, FileNotFoundError)


def changed(path: Path, **changes: Any) -> Path:
    """Rewrite a model with a changed header, or without an array."""
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    header = json.loads(str(arrays["header"]))
    for name, value in changes.items():
        if value is None:
            del arrays[name]
        elif isinstance(value, np.ndarray):
            arrays[name] = value
        else:
            header[name] = value
    if "header" in arrays:
        arrays["header"] = np.array(json.dumps(header))
    with path.open("wb") as file:
        np.savez(file, **arrays)
    return path


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": "something"}, "no model of Ankomst"),
        ({"version": 0}, "is of format 0"),
        ({"header": None}, "no model of Ankomst"),
        ({"topic_weights": None}, "no model of Ankomst"),
        ({"topic_weights": np.zeros((256, 2), dtype=np.float32)}, "do not fit the labels"),
        ({"known_hashes": np.zeros((1, 16), dtype=np.uint8)}, "known messages are broken"),
        ({"thresholds": {"answer": 1.0}}, "no model of Ankomst"),
        ({"encoder": {"name": "hashing", "version": "0"}}, "version 0 of the encoder hashing"),
        ({"encoder": {"name": "word2vec", "version": "1"}}, "no encoder 'word2vec'"),
    ],
)
def test_a_changed_model_is_refused(
    hashing_model: Understanding, tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    path = tmp_path / "understanding.npz"
    hashing_model.save(path)
    with pytest.raises(ModelFormatError, match=complaint) as raised:
        Understanding.load(changed(path, **changes))
    assert "ankomst train" in str(raised.value)


@pytest.mark.parametrize("keep", [0, 10, 3000, -200])
def test_a_model_cut_short_is_refused(
    hashing_model: Understanding, tmp_path: Path, keep: int
) -> None:
    path = tmp_path / "understanding.npz"
    hashing_model.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelFormatError, match="ankomst train"):
        Understanding.load(path)


def test_pickles_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "understanding.npz"
    with path.open("wb") as file:
        np.savez(file, header=np.array([{"a": "pickled dictionary"}], dtype=object))
    with pytest.raises(ModelFormatError):
        Understanding.load(path)
