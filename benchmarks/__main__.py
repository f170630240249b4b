"""`make bench`: a chat turn, a triaged mail and a search, each beside a peer in the same run."""

from __future__ import annotations

import argparse
import logging
import platform
from collections.abc import Callable, Iterator

import structlog

from benchmarks import chat_turn, search, triaged_mail
from benchmarks.figures import Figures, Found, Offered

_BENCHMARKS: dict[str, Callable[[], Iterator[Figures | Found | Offered]]] = {
    "chat": chat_turn.measure,
    "mail": triaged_mail.measure,
    "search": search.measure,
}


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


def _show(figures: Figures | Found | Offered) -> None:
    if isinstance(figures, Offered):
        right = "" if figures.right is None else f"  the right one {figures.right:.3f}"
        print(f"  {figures.name:<46} n={figures.count:<5} offered {figures.offered:.3f}{right}")
        return
    if isinstance(figures, Found):
        shares = f"first {figures.first:.3f}  among three {figures.among_three:.3f}"
        print(f"  {figures.name:<46} n={figures.count:<5} {shares}")
        return
    ratio = "" if figures.ratio is None else f"  {figures.ratio:.2f} x the peer"
    print(
        f"  {figures.name:<46} n={figures.count:<5} median {figures.median_ms:8.1f} ms  "
        f"p95 {figures.p95_ms:8.1f} ms{ratio}"
    )


if __name__ == "__main__":
    main()
