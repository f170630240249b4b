"""What can go wrong with mail, and whose fault it is.

A mail's own fault sends it to the shelf of unreadable mail. Everything else is ours: the mail
stays where it is and is taken up again.
"""

from __future__ import annotations


class TriageError(Exception):
    """Base of this room's errors."""


class UnreadableMailError(TriageError, ValueError):
    """A mail cannot be read, by its own fault.

    Attributes:
        reason: A key that the desk puts into words.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ClaimLostError(TriageError):
    """Another worker has taken up the row, since this one's claim expired; leave it alone."""


class HeldElsewhereError(TriageError):
    """Another worker is at work on the row that a mail belongs to; try again in a moment."""


class PlaceTakenError(TriageError):
    """The ledger has another mail at the place in the target folder that this one should have.

    After a crash a mail with the same content was taken for it; next time it is the one that is
    left. Try again.
    """


class DecisionFailedError(TriageError):
    """No mail can be judged at the moment, not even a plain one: the fault is ours."""


class MailboxUnavailableError(TriageError, ConnectionError):
    """The IMAP server cannot be reached, hung up or hangs; connect again later."""


class MailboxRefusedError(TriageError):
    """The IMAP server answered NO or BAD to a command; the message holds its answer."""


class TokenUnavailableError(TriageError, ConnectionError):
    """The endpoint that gives access tokens cannot be reached; try again later."""


class TokenRefusedError(TriageError):
    """No access token is given; the message says what an administrator has to do."""


class MailboxRenumberedError(TriageError):
    """The folder has another UIDVALIDITY than the mail was seen under: its UID says nothing."""


class SmtpUnavailableError(TriageError, ConnectionError):
    """Nothing was sent: the SMTP server is away, or refuses for now; try again later."""


class DeliveryPostponedError(TriageError):
    """Nothing was sent: the SMTP server takes this mail later (a 4xx answer); try again."""


class RecipientRefusedError(TriageError, ValueError):
    """Nothing was sent, and nothing ever will be to this address: the server refuses it."""


class DeliveryUncertainError(TriageError):
    """The connection broke after the content was sent: nobody knows whether it was accepted."""


class RepliesMissingError(TriageError, FileNotFoundError):
    """A text that senders get is not there, or is not in the form it must have."""


class UnknownMailboxError(TriageError, LookupError):
    """There is no such mailbox, or no worker has ever looked into it."""


class UnknownCaseError(TriageError, LookupError):
    """There is no such case."""


class CaseChangedError(TriageError):
    """Somebody else has changed the case since it was shown; nothing was done, look at it anew."""


class MailboxChangedError(TriageError):
    """What was shown of the mailbox is not so any more; nothing was decided, look at it anew."""


class NotUnreadableError(TriageError):
    """The mail does not lie on the shelf of unreadable mail, or is being worked on; look anew."""


class AcknowledgementsCappedError(TriageError):
    """Nothing was sent: the address has had as many acknowledgements as it may have in an hour."""


class AcknowledgementsBrakedError(TriageError):
    """Nothing was sent: so many acknowledgements went out within the hour that this one waits.

    It is sent later. Look whether mail goes round in a circle; ANKOMST_ACKNOWLEDGEMENTS_PER_HOUR_IN_ALL
    says how many may be sent.
    """


class NotMovedYetError(TriageError):
    """The worker is still moving the mail to its first folder; correct it in a moment."""


class CaseErasedError(CaseChangedError):
    """What the case said was erased since it was shown; nothing can be written into it any more."""


class StillUnderWayError(TriageError):
    """The worker still has something to do on the case; erase it when that is done."""


class NoRecipientError(TriageError, ValueError):
    """There is no address that an answer could be sent to."""


class AlreadyPassedOnError(TriageError):
    """The mail was passed on to another authority before; it is not sent twice."""


class NotAMailError(TriageError, ValueError):
    """There is no mail that could be sent on; write to the authority yourself."""


class UnfitAddressError(TriageError, ValueError):
    """The address that an answer is to go to is our own, or takes no answers; another is needed."""


class UnfitQuestionError(TriageError, ValueError):
    """Nothing in the question can be read by a person; it must have words."""


class UnknownAttachmentError(TriageError, LookupError):
    """The mail has no attachment of that number."""


class UnknownRuleError(TriageError, LookupError):
    """There is no such rule of an admin, or not any more."""


class RuleChangedError(TriageError):
    """Somebody else has changed the rule since it was shown; look at it and try again."""


class RuleNameTakenError(TriageError, ValueError):
    """Another rule has this name, by which caseworkers know it; choose another one."""


class SettingChangedError(TriageError):
    """Somebody else has changed what is set of the queue; nothing was saved, look at it anew."""


class FolderTakenError(TriageError, ValueError):
    """The folder is, or was, that of another shelf, or is written otherwise; choose another name.

    Attributes:
        folder: As it is known.
        shelf: Whose folder it is.
    """

    def __init__(self, message: str, folder: str, shelf: str) -> None:
        super().__init__(message)
        self.folder = folder
        self.shelf = shelf
