"""`make faults`: the fault test for as long as it is wanted, with what was found."""

from __future__ import annotations

import secrets
import signal
import sys

import click

from tests.faults.run import Kind, Outcome, Plan, Server, run


@click.command()
@click.option("--mails", default=2_000, show_default=True, help="How many come in, each run.")
@click.option("--minutes", default=5.0, show_default=True, help="How long they come in.")
@click.option("--faults", default=1.0, show_default=True, help="A second; fewer on a slow machine.")
@click.option("--seed", type=int, help="Fixes mails and faults; drawn and told when not given.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), help="Both if not given.")
@click.option("--server", type=click.Choice(["move", "copy", "mark"]), help="All if not given.")
@click.option("--runs", default=1, show_default=True, help="Each with the next seed.")
def main(
    mails: int,
    minutes: float,
    faults: float,
    seed: int | None,
    database: Kind | None,
    server: Server | None,
    runs: int,
) -> None:
    """Sort thousands of mails while everything fails; exits with 1 if one is not accounted for.

    The server has MOVE (move), lacks it (copy), or lacks UIDPLUS too (mark).
    """
    # Ended from outside, it still ends its servers and takes its disk down.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    first = secrets.randbelow(1_000_000) if seed is None else seed
    failed = False
    for number in range(first, first + runs):
        for kind in [database] if database else _KINDS:
            for ability in [server] if server else _SERVERS:
                outcome = run(
                    Plan(
                        number,
                        mails,
                        minutes * 60,
                        kind,
                        ability,
                        faults_per_second=faults,
                        quiet_seconds=600 + mails,
                    )
                )
                click.echo(table(outcome))
                failed = failed or bool(outcome.problems)
    sys.exit(1 if failed else 0)


_KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
_SERVERS: tuple[Server, ...] = ("move", "copy", "mark")


def table(outcome: Outcome) -> str:
    """Return what came of a run, for people to read."""
    plan = outcome.plan
    speed, quiet = outcome.mails_a_second, outcome.seconds_to_quiet
    lines = [
        f"seed {plan.seed}: {plan.mails} mails, {plan.database}, server: {plan.server}",
        f"{plan.workers} workers with a stand-in in place of a model",
        f"{speed:.1f} mails a second, quiet {quiet:.1f} s after the last fault",
        *(f"  {count:>6} {state}" for state, count in sorted(outcome.states.items())),
        "faults that happened:",
        *(f"  {count:>6} {name}" for name, count in sorted(outcome.bites.items())),
        "what the workers logged:",
        *(f"  {count:>6} {event}" for event, count in sorted(outcome.logged.items())),
        *(f"left out: {name}: {why}" for name, why in outcome.left_out.items()),
    ]
    if outcome.problems:
        lines.append(f"{len(outcome.problems)} PROBLEMS, seed {plan.seed}:")
        lines += [f"  {problem.mail} {problem.text}" for problem in outcome.problems]
        lines += outcome.histories
    else:
        lines.append("each mail is in one place and one row, acknowledged at most once")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
