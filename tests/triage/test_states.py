"""The moves between states: every one that is written down, and none that is not."""

from __future__ import annotations

import pytest

from triage.states import (
    CORRECTION_FINISHED,
    CORRECTION_PERMITTED,
    FINISHED,
    PERMITTED,
    REPLY_FINISHED,
    REPLY_PERMITTED,
    UNFINISHED,
    CorrectionState,
    MailState,
    ReplyState,
    is_permitted,
)


def test_every_state_has_its_moves_written_down() -> None:
    assert set(PERMITTED) == set(MailState)


@pytest.mark.parametrize("state", sorted(UNFINISHED))
def test_from_every_unfinished_state_the_end_can_be_reached(state: MailState) -> None:
    reached, new = {state}, {state}
    while new:
        new = {following for known in new for following in PERMITTED[known]} - reached
        reached |= new
    assert reached & FINISHED


def test_what_is_finished_stays_finished() -> None:
    assert {
        MailState.ACKNOWLEDGED,
        MailState.NOT_ACKNOWLEDGED,
        MailState.ACKNOWLEDGEMENT_UNCERTAIN,
        MailState.GONE,
    } == FINISHED
    settled = FINISHED - {MailState.GONE}
    assert not any(is_permitted(state, other) for state in settled for other in MailState)


def test_only_what_is_found_again_comes_back_from_being_gone() -> None:
    assert PERMITTED[MailState.GONE] == {MailState.DECIDED, MailState.MOVED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Nothing changes on the server before the original is kept and the way is decided.
        (MailState.SIGHTED, MailState.MOVING),
        (MailState.KEPT, MailState.MOVING),
        # Nobody is answered before the mail is in its folder, and nobody from an uncertain state.
        (MailState.MOVING, MailState.ACKNOWLEDGING),
        (MailState.ACKNOWLEDGEMENT_UNCERTAIN, MailState.ACKNOWLEDGING),
        (MailState.ACKNOWLEDGED, MailState.ACKNOWLEDGING),
    ],
)
def test_what_must_never_happen(before: MailState, after: MailState) -> None:
    assert not is_permitted(before, after)


def test_errands_have_their_moves_and_ends_written_down() -> None:
    assert set(CORRECTION_PERMITTED) == set(CorrectionState)
    assert {CorrectionState.DONE, CorrectionState.GONE} == CORRECTION_FINISHED
    assert set(REPLY_PERMITTED) == set(ReplyState)
    assert {ReplyState.KEPT, ReplyState.UNCERTAIN, ReplyState.REFUSED} == REPLY_FINISHED
    # What may have been sent waits again only when the server said that it was not taken.
    assert not any(
        ReplyState.WAITING in REPLY_PERMITTED[state]
        for state in (ReplyState.SENT, ReplyState.UNCERTAIN, ReplyState.KEPT)
    )
