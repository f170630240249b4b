"""Rasa's server, started by `ankomst bot rasa` with Rasa's own Python.

It is what `rasa run --enable-api` starts, without its command line: that one imports training,
testing and TensorFlow, asks for telemetry, and starts without a model when a model cannot be
loaded.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import takewhile
from pathlib import Path
from typing import Any

from bot.components.no_tensorflow import stand_in_for_tensorflow

stand_in_for_tensorflow()
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
# Read once, when the first library with OpenMP is loaded, which here is Rasa's scikit-learn and not
# the encoder; understanding.encoder says what it is for.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# With two threads a text is encoded a little sooner, for half as much processor time again: what is
# won for one person is lost for all as soon as several write.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Warnings are of old code on current libraries, or quote what a person wrote.
logging.captureWarnings(capture=True)
logging.getLogger("py.warnings").setLevel(logging.ERROR)

import jsonschema  # type: ignore[import-untyped]  # noqa: E402 (only now, after the settings)
import rasa.core.run  # noqa: E402
import rasa.core.utils  # noqa: E402
import rasa.utils.common  # noqa: E402
from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.core.processor import MessageProcessor  # noqa: E402
from rasa.shared.core.events import UserUttered  # noqa: E402
from rasa.shared.core.trackers import EventVerbosity  # noqa: E402
from rasa.utils.log_utils import configure_structlog  # noqa: E402

from bot.components.model_updates import ModelUpdates, stop  # noqa: E402

TOKEN_VARIABLE = "RASA_TOKEN"  # noqa: S105 (the variable's name)
"""Environment variable with the token that callers must give; not an argument, as those are public."""


def main() -> None:
    """Read the arguments and serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, help="the active model; else it is fetched first")
    parser.add_argument("--version", help="the name of this model")
    parser.add_argument("--endpoints", required=True)
    parser.add_argument("--credentials", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    configure_structlog(logging.INFO)
    rasa.utils.common.configure_logging_and_warnings(
        logging.INFO, None, warn_only_once=True, filter_repeated_logs=True
    )
    RemoteAction._validate_action_result = _validate_action_result  # noqa: SLF001
    RemoteAction._action_call_format = action_call  # noqa: SLF001
    MessageProcessor.parse_message = parse_aside
    endpoints = read_endpoints(arguments.endpoints)
    app = rasa.core.run.configure_app(
        rasa.core.run.create_http_input_channels(None, arguments.credentials),
        auth_token=os.environ.get(TOKEN_VARIABLE) or None,
        enable_api=True,
        port=arguments.port,
        endpoints=endpoints,
    )
    load = partial(_load, arguments.archive, arguments.version, endpoints)
    app.register_listener(load, "before_server_start")
    app.register_listener(_stop_updates, "before_server_stop")
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    rasa.utils.common.update_sanic_log_level()
    app.run(
        host=arguments.host,
        port=arguments.port,
        workers=rasa.core.utils.number_of_sanic_workers(endpoints.lock_store),
        access_log=False,
    )


def read_endpoints(path: str) -> Any:
    """Return what endpoints.yml says.

    Values that come from environment variables are texts; those that must be more are converted.
    """
    endpoints = rasa.core.utils.AvailableEndpoints.read_endpoints(path)
    if endpoints.lock_store is not None:
        options = endpoints.lock_store.kwargs
        options["use_ssl"] = options.get("use_ssl") == "true"
        options["password"] = options.get("password") or None
        options["username"] = options.get("username") or None
    return endpoints


def action_call(action: RemoteAction, tracker: Any, _domain: Any) -> dict[str, Any]:
    """Return what the action server is asked, as Rasa's own but smaller.

    Rasa sends the domain and everything that ever happened in the conversation with each call. Our
    actions read no domain, and of what happened the events since the person's last message.

    Args:
        action: Which is to run.
        tracker: The conversation.
    """
    state = tracker.current_state(EventVerbosity.NONE)
    newest = takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))
    state["events"] = [event.as_dict() for event in newest][::-1]
    return {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": state,
        "domain": {},  # rasa-sdk refuses a call without one
        "version": rasa.__version__,
    }


_parse_message = MessageProcessor.parse_message
_parser = ThreadPoolExecutor(1, thread_name_prefix="parser")


async def parse_aside(processor: MessageProcessor, *arguments: Any, **options: Any) -> Any:
    """Parse a message as Rasa does, but in a thread.

    Half of a turn goes into the encoder, which needs no Python: meanwhile the turns of others go on.
    """
    return await asyncio.get_running_loop().run_in_executor(
        _parser, partial(_parsed, processor, *arguments, **options)
    )


def _parsed(*arguments: Any, **options: Any) -> Any:
    # Rasa's own waits for nothing in between, so that a loop of its own costs next to nothing.
    return asyncio.run(_parse_message(*arguments, **options))


@cache
def _action_result_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)


def _validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    # As Rasa's own, which checks its schema anew for every action: 25 ms each time.
    _action_result_validator().validate(result)
    return True


async def _load(
    archive: Path | None, version: str | None, endpoints: Any, app: Any, loop: Any
) -> None:
    models, endpoints.model = endpoints.model, None  # fetched by ModelUpdates, not by Rasa
    path = str(archive) if archive is not None else None
    agent = await rasa.core.run.load_agent_on_start(path, endpoints, None, app, loop)
    if archive is not None and not agent.is_ready():
        # Without this the server would answer every message with nothing.
        logging.getLogger(__name__).error(
            "The model %s cannot be loaded; train a new one with: ankomst train --force", archive
        )
        os._exit(1)
    updates = ModelUpdates(agent, models, version)
    await updates.wait_for_first()
    # The language models are loaded by the first text: now, rather than while a person waits.
    await agent.parse_message("Hej, hvordan får jeg et skattekort?")
    app.ctx.updates = asyncio.create_task(updates.keep_up())
    # What is loaded now stays: the collector need not look through it while people wait.
    gc.collect()
    gc.freeze()


async def _stop_updates(app: Any, _loop: Any) -> None:
    await stop(app.ctx.updates)


if __name__ == "__main__":
    main()
