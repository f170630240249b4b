"""`make bench`: time a chat turn and a triaged mail, each beside a peer in the same run."""

from __future__ import annotations

import argparse
import logging
import platform

import structlog

from benchmarks import chat_turn, triaged_mail
from benchmarks.figures import Figures

_BENCHMARKS = {"chat": chat_turn.measure, "mail": triaged_mail.measure}


def main() -> None:
    """Run the benchmarks that are asked for and print their figures."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*_BENCHMARKS, []], help="which; all if none")
    names = parser.parse_args().names or list(_BENCHMARKS)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for name in names:
        print(f"\n{name}")
        for figures in _BENCHMARKS[name]():
            _show(figures)


def _show(figures: Figures) -> None:
    ratio = "" if figures.ratio is None else f"  {figures.ratio:.2f} x the peer"
    print(
        f"  {figures.name:<46} n={figures.count:<5} median {figures.median_ms:8.1f} ms  "
        f"p95 {figures.p95_ms:8.1f} ms{ratio}"
    )


if __name__ == "__main__":
    main()
