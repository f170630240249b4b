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

KEPT = Path(__file__).parent.parent / "var" / "benchmarks" / "understanding"
"""Where benchmarks keep their models and encodings, apart from those of the installation."""


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["train", "answer"])
    parser.add_argument("--encoder", default="tuned")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--texts", type=Path, help="a JSON list of texts with their hints")
    arguments = parser.parse_args()
    if arguments.action == "train":
        print(json.dumps(train_on_files(arguments.encoder, arguments.models)))
    else:
        texts = json.loads(arguments.texts.read_text(encoding="utf-8"))
        print(json.dumps(_answers(arguments.models, texts)))


def train_on_files(encoder: str, models: Path) -> dict[str, Any]:
    """Train on the messages and mails of the files.

    Args:
        encoder: Its name.
        models: Where encodings are kept, and the model is written as `<encoder>.npz`.

    Returns:
        How many texts were encoded anew, and how long that and the training took, in seconds.
    """
    # Here alone: what answers is to be measured without what trains.
    from ankomst.training_data import shipped_training_data  # noqa: PLC0415
    from understanding.encoder import open_encoder  # noqa: PLC0415
    from understanding.encodings import KeptEncoder  # noqa: PLC0415
    from understanding.training import texts_to_encode, train  # noqa: PLC0415

    data = shipped_training_data()
    kept = KeptEncoder(open_encoder(encoder), models)
    started = time.perf_counter()
    kept.encode(texts_to_encode(data.examples, data.mails))
    encoded = time.perf_counter()
    model = train(data.examples, data.mails, data.topic_queues, kept)
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
