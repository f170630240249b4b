"""`make bench`: a chat turn, load, a mail, an inbox, a search, understanding: each beside a peer."""

from __future__ import annotations

import argparse
import logging
import platform
from collections.abc import Callable, Iterator
from functools import singledispatch

import structlog

from benchmarks import chat_turn, load, mails, search, triage, triaged_mail, understanding
from benchmarks.figures import Figures, Found, Held, Load, Offered, Rate
from benchmarks.mails import Sorter
from benchmarks.understanding import Pipeline

_Measured = Figures | Found | Held | Load | Offered | Pipeline | Rate | Sorter

_BENCHMARKS: dict[str, Callable[[], Iterator[_Measured]]] = {
    "chat": chat_turn.measure,
    "load": load.measure,
    "mail": triaged_mail.measure,
    "mails": mails.measure,
    "search": search.measure,
    "triage": triage.measure,
    "understanding": understanding.measure,
}
_LONG = frozenset({"load", "mails", "triage", "understanding"})
"""Only where they are asked for: they take half an hour and more."""


def main() -> None:
    """Run the benchmarks that are asked for and print their figures."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*_BENCHMARKS, []], help="which; the short ones if none"
    )
    names = parser.parse_args().names or [name for name in _BENCHMARKS if name not in _LONG]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for name in names:
        print(f"\n{name}")
        for figures in _BENCHMARKS[name]():
            _show(figures)


@singledispatch
def _show(figures: object) -> None:
    raise TypeError(f"Nothing shows {figures!r}.")


@_show.register
def _show_times(figures: Figures) -> None:
    ratio = "" if figures.ratio is None else f"  {figures.ratio:.2f} x the peer"
    print(
        f"  {figures.name:<46} n={figures.count:<5} median {figures.median_ms:8.1f} ms  "
        f"p95 {figures.p95_ms:8.1f} ms{ratio}"
    )


@_show.register
def _show_offered(figures: Offered) -> None:
    right = "" if figures.right is None else f"  the right one {figures.right:.3f}"
    print(f"  {figures.name:<46} n={figures.count:<5} offered {figures.offered:.3f}{right}")


@_show.register
def _show_found(figures: Found) -> None:
    shares = f"first {figures.first:.3f}  among three {figures.among_three:.3f}"
    print(f"  {figures.name:<46} n={figures.count:<5} {shares}")


@_show.register
def _show_rate(figures: Rate) -> None:
    ratio = "" if figures.ratio is None else f"  {figures.ratio:.2f} x the peer's time for one"
    print(f"  {figures.name:<46} n={figures.count:<5} {figures.per_second:.1f} a second{ratio}")


@_show.register
def _show_held(figures: Held) -> None:
    print(f"  {figures.name:<46} {figures.megabytes:.0f} MB")


@_show.register
def _show_load(load: Load) -> None:
    processor = "  ".join(f"{name} {ms:.1f}" for name, ms in load.processor_ms.items())
    print(
        f"  {load.name}, {load.people} people: {load.per_second:.1f} turns a second  "
        f"n={load.count}  errors {load.errors}  median {load.median_ms:.0f} ms  "
        f"p95 {load.p95_ms:.0f} ms  p99 {load.p99_ms:.0f} ms; processor ms a turn: {processor}"
    )


@_show.register
def _show_sorter(sorter: Sorter) -> None:
    print(
        f"  {sorter.name}: trained in {sorter.training_seconds:,.0f} s; "
        f"a mail {sorter.median_ms:.1f} ms (median)"
    )
    for one in sorter.figures:
        print(
            f"    {one.language or 'all':<4} queue F1 {one.queue_f1:.3f}  right {one.right:.3f} "
            f"({one.right_from:.3f}-{one.right_to:.3f})  decided {one.decided:.3f} "
            f"right {one.decided_right:.3f}  held {one.held:.3f} by text {one.held_by_text:.3f} "
            f"wrongly {one.held_wrongly:.3f}  topic in three {one.topic_in_three:.3f}  "
            f"language {one.language_right:.3f}  ECE {one.calibration_error:.3f}"
        )


@_show.register
def _show_pipeline(pipeline: Pipeline) -> None:
    print(
        f"  {pipeline.name}: trained in {pipeline.training_seconds:,.0f} s, after "
        f"{pipeline.encoding_seconds:,.0f} s for {pipeline.encoded:,} new texts; a message "
        f"{pipeline.median_ms:.1f} ms (median), {pipeline.p95_ms:.1f} ms (p95); "
        f"{pipeline.memory_mb:,.0f} MB"
    )
    for one in pipeline.messages:
        print(
            f"    {one.language or 'all':<4} first {one.first_right:.3f} "
            f"({one.first_right_from:.3f}-{one.first_right_to:.3f})  "
            f"w/o diacritics {one.first_right_plain:.3f}  shown {one.shown_right:.3f}  "
            f"wrong {one.answered_wrongly:.3f}  refused {one.refused:.3f}  "
            f"out of scope answered {one.out_of_scope_answered:.3f}  "
            f"ECE {one.calibration_error:.3f}"
        )


if __name__ == "__main__":
    main()
