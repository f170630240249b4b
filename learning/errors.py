"""What can go wrong with messages, trainings and models; each message says what to do next."""

from __future__ import annotations


class LearningError(Exception):
    """The base of this room's errors."""


class MessageFilesError(LearningError, ValueError):
    """Files of training messages cannot be taken over or written; nothing was changed."""


class TakenTextError(LearningError, ValueError):
    """A text stands among the training messages of its language already; nothing was changed.

    Attributes:
        text: That text.
        label: What it stands under.
    """

    def __init__(self, text: str, label: str) -> None:
        super().__init__(f"A message stands under {label} already; move it instead.")
        self.text = text
        self.label = label


class MovedMeanwhileError(LearningError):
    """Somebody else moved or removed a message in between; nothing was changed."""


class DecidedMeanwhileError(LearningError):
    """Somebody else has chosen a model meanwhile; look at how it is now, and decide again."""


class NotPossibleError(LearningError):
    """The run is in a state, or its model gone from the disk, so that this cannot be done."""


class AlreadyDecidedError(LearningError):
    """The case was changed, or decided about by somebody else, since it was looked at; look again."""


class NearlyTheSameError(LearningError, ValueError):
    """A training mail says nearly the same already; refuse this one.

    Attributes:
        mail_id: The other one.
    """

    def __init__(self, mail_id: int) -> None:
        super().__init__(f"Training mail {mail_id} says nearly the same; refuse this one.")
        self.mail_id = mail_id
