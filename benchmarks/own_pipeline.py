"""Our understanding, trained and asked in a process of its own, so that its memory can be told.

`train` writes a model, `answer` puts each text of a file to it. Both print one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from language.languages import Language


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["train", "answer"])
    parser.add_argument("--encoder", default="tuned")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--texts", type=Path, help="a JSON list of texts with their hints")
    arguments = parser.parse_args()
    if arguments.action == "train":
        print(json.dumps(_train(arguments.encoder, arguments.models)))
    else:
        texts = json.loads(arguments.texts.read_text(encoding="utf-8"))
        print(json.dumps(_answers(arguments.models, texts)))


def _train(encoder: str, models: Path) -> dict[str, Any]:
    # Here alone: what answers is to be measured without what trains.
    from ankomst.training_data import MAILS, MESSAGES  # noqa: PLC0415
    from knowledge.catalogue import shipped_catalogue  # noqa: PLC0415
    from understanding.encoder import open_encoder  # noqa: PLC0415
    from understanding.encodings import KeptEncoder  # noqa: PLC0415
    from understanding.examples import read_mails, read_nlu  # noqa: PLC0415
    from understanding.training import texts_to_encode, train  # noqa: PLC0415

    examples, mails = read_nlu(MESSAGES), read_mails(MAILS)
    kept = KeptEncoder(open_encoder(encoder), models)
    started = time.perf_counter()
    kept.encode(texts_to_encode(examples, mails))
    encoded = time.perf_counter()
    model = train(examples, mails, shipped_catalogue().queues, kept)
    trained = time.perf_counter()
    kept.save()
    model.save(models / f"{encoder}.npz")
    return {
        "encoded": kept.encoded,
        "encoding_seconds": encoded - started,
        "training_seconds": trained - encoded,
    }


def _answers(model_file: Path, texts: list[tuple[str, Language]]) -> dict[str, Any]:
    from understanding.model import Understanding  # noqa: PLC0415

    model = Understanding.load(model_file)
    model.understand("warm up")
    answers = []
    for text, hint in texts:
        started = time.perf_counter()
        understood = model.understand(text, hint)
        answers.append({"seconds": time.perf_counter() - started, **understood.as_dict()})
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"answers": answers, "memory_mb": kilobytes / 1024}


if __name__ == "__main__":
    main()
