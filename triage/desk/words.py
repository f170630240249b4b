"""What the ledger's names mean, in the words of caseworkers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from knowledge import situation_words
from knowledge.situations import Dimension, value_of
from language.languages import NAMES, Language
from triage.cases import LISTINGS, Listing
from triage.models import Channel, Confirmation
from triage.reconciliation import Kind as Discrepancies
from triage.reconciliation import Why
from triage.shelves import Kind
from triage.states import MailState, ReplyState
from web.translations import translations

_LISTINGS: Mapping[str, Listing] = {name: name for name in LISTINGS}
_CHANNELS: Mapping[str, Channel] = {name: name for name in get_args(Channel)}


class Words:
    """The words in one language of staff.

    Args:
        language: da or en.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._texts = translations(language)

    def listing(self, listing: Listing) -> str:
        """Return the name of a shelf."""
        gettext = self._texts.gettext
        names: dict[Listing, str] = {
            "tax": gettext("Tax"),
            "jobseeker": gettext("Jobseekers"),
            "visitation": gettext("Visitation"),
            "automatic": gettext("Automatic mail"),
            "spam": gettext("Spam"),
            "unreadable": gettext("Unreadable"),
            "arriving": gettext("Arriving"),
        }
        return names[listing]

    def language(self, language: Language | None) -> str:
        """Return the name of a language in itself."""
        return NAMES[language] if language else self._texts.gettext("Not one of the six")

    def state(self, state: MailState) -> str:
        """Return how far a mail has come."""
        gettext = self._texts.gettext
        names = {
            MailState.SIGHTED: gettext("seen in the mailbox"),
            MailState.KEPT: gettext("kept"),
            MailState.PARSED: gettext("read"),
            MailState.DECIDED: gettext("decided"),
            MailState.MOVING: gettext("being moved"),
            MailState.COPIED: gettext("copied to its folder"),
            MailState.MOVED: gettext("moved to its folder"),
            MailState.FORWARDING: gettext("being forwarded"),
            MailState.FORWARDED: gettext("forwarded"),
            MailState.ACKNOWLEDGING: gettext("being acknowledged"),
            MailState.ACKNOWLEDGED: gettext("acknowledged"),
            MailState.ACKNOWLEDGEMENT_UNCERTAIN: gettext("acknowledgement uncertain"),
            MailState.NOT_ACKNOWLEDGED: gettext("not acknowledged"),
            MailState.GONE: gettext("taken out of the mailbox by somebody else"),
        }
        return names[state]

    def kind(self, kind: Kind) -> str:
        """Return what kind of mail it is."""
        gettext = self._texts.gettext
        names: dict[Kind, str] = {
            "mail": gettext("Written by a person"),
            "automatic": gettext("Automatic"),
            "spam": gettext("Spam"),
        }
        return names[kind]

    def reason(self, key: str) -> str:
        """Return a reason of a decision; one without words of its own is given by its key."""
        gettext = self._texts.gettext
        reasons = {
            "sentence": gettext("This sentence points to the queue"),
            "below_threshold": gettext("Too unsure to decide without a person"),
            "not_judged": gettext("Nothing could judge it; a person must look"),
            "nothing_to_judge": gettext("There is no text to decide by"),
            "unreadable.nothing_to_read": gettext("Nothing in the mail can be read"),
            "unreadable.too_large": gettext("The mail is too large"),
            "unreadable.too_slow": gettext("Reading the mail takes too long"),
            "unreadable.ended_the_worker": gettext("The program that read the mail broke down"),
            "unreadable.cannot_be_judged": gettext("The mail could not be judged"),
            "rule.own_address": gettext("It came from our own address"),
            "rule.bounce": gettext("A report on the delivery of a mail"),
            "rule.auto_submitted": gettext("The mail says that a program has sent it"),
            "rule.automatic_subject": gettext("The subject is that of an automatic answer"),
            "rule.marked_as_spam": gettext("The mail server has marked it as spam"),
            "rule.mailing_list": gettext("It came by a mailing list"),
            "rule.no_reply": gettext("The sender takes no answers"),
        }
        return reasons.get(key, key)

    def acknowledgement(self, key: str) -> str:
        """Return what became of the acknowledgement; a reason without words by its key."""
        gettext = self._texts.gettext
        outcomes = {
            "sent": gettext("sent"),
            "uncertain": gettext("perhaps sent; it is not sent again"),
            "automatic": gettext("none: the mail is automatic"),
            "spam": gettext("none: the mail is spam"),
            "undecided": gettext("none: nothing is decided"),
            "no_address": gettext("none: there is no address to answer to"),
            "own_address": gettext("none: the address is our own"),
            "no_reply": gettext("none: the sender takes no answers"),
            "not_wanted": gettext("none: the mail asks for no automatic answer"),
            "unreadable": gettext("none: the mail cannot be read"),
            "old_mail": gettext("none: the mail was there long before"),
            "brought_by_hand": gettext(
                "none: somebody put the mail into the folder; nobody knows how old it is"
            ),
            "perhaps_a_duplicate": gettext("none: perhaps it is a duplicate"),
            "too_many": gettext("none: the sender has had many lately"),
            "refused": gettext("failed: the mail server refused it"),
            "gave_up": gettext("failed: the mail server put it off for too long"),
        }
        return outcomes.get(key, key)

    def channel(self, channel: Channel) -> str:
        """Return how a case came in."""
        gettext = self._texts.gettext
        names: dict[Channel, str] = {
            "mail": gettext("Mail"),
            "counter": gettext("Counter"),
            "telephone": gettext("Telephone"),
            "chat": gettext("Chat"),
        }
        return names[channel]

    def confirmation(self, confirmation: Confirmation) -> str:
        """Return what a caseworker did about a routing."""
        gettext = self._texts.gettext
        names: dict[Confirmation, str] = {
            "confirmed": gettext("Confirmed"),
            "corrected": gettext("Corrected"),
            "answered": gettext("Answered"),
        }
        return names[confirmation]

    def reply_state(self, state: ReplyState) -> str:
        """Return how far a reply has come."""
        gettext = self._texts.gettext
        names = {
            ReplyState.WAITING: gettext("waits to be sent"),
            ReplyState.SENDING: gettext("is being sent"),
            ReplyState.SENT: gettext("sent"),
            ReplyState.KEPT: gettext("sent, and kept among the sent mail"),
            ReplyState.UNCERTAIN: gettext("perhaps sent; it is not sent again"),
            ReplyState.REFUSED: gettext("not sent: the mail server refused the address"),
        }
        return names[state]

    def dimension(self, dimension: Dimension) -> str:
        """Return what one dimension of a person's situation is about."""
        gettext = self._texts.gettext
        names: dict[Dimension, str] = {
            "citizenship": gettext("Citizenship"),
            "stay": gettext("Length of stay"),
            "occupation": gettext("Occupation"),
            "address": gettext("Home address"),
            "centre": gettext("Centre"),
        }
        return names[dimension]

    def conditions(self, dimension: Dimension, centres: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the words of one dimension as a form sends them, each with its name.

        Args:
            dimension: The dimension.
            centres: The names of the centres by their slugs.
        """
        named = situation_words.names(dimension, self._language, centres)
        return [(value_of(word), name) for word, name in named]

    def event(self, action: str) -> str:
        """Return what was done about a case; an action without words by its key."""
        gettext = self._texts.gettext
        actions = {
            "opened": gettext("opened"),
            "confirmed": gettext("confirmed"),
            "corrected": gettext("put on another shelf"),
            "answered": gettext("answered"),
            "closed": gettext("closed"),
            "reopened": gettext("opened again"),
            "moved_in_mailbox": gettext("moved in the mailbox"),
            "mail_gone": gettext("the mail is no longer in the mailbox"),
            "sorted_by_hand": gettext("moved in the mailbox by somebody"),
            "returned_by_hand": gettext("put back into the inbox by somebody"),
            "reply_sent": gettext("reply sent"),
            "reply_uncertain": gettext("reply perhaps sent"),
            "reply_refused": gettext("reply refused by the mail server"),
        }
        return actions.get(action, action)

    def detail(self, detail: str) -> str:
        """Return what something was done with: shelves in words, anything else as it is."""
        return " > ".join(self._detail(part) for part in detail.split(" > "))

    def _detail(self, part: str) -> str:
        if part in _LISTINGS:
            return self.listing(_LISTINGS[part])
        if part in _CHANNELS:
            return self.channel(_CHANNELS[part])
        return part

    def discrepancy(self, kind: Discrepancies) -> str:
        """Return in what mailbox and ledger differ about a mail."""
        gettext = self._texts.gettext
        names: dict[Discrepancies, str] = {
            "only_on_server": gettext("It is in the mailbox, and Ankomst does not know it"),
            "only_in_ledger": gettext("Ankomst knows it, and it is not in its folder"),
            "elsewhere": gettext("It is in another folder than Ankomst has it in"),
            "twice": gettext("It is at two places, or Ankomst has it twice"),
        }
        return names[kind]

    def what_to_do(self, why: Why) -> str:
        """Return what happens next about a discrepancy, and what a person should do."""
        gettext = self._texts.gettext
        names: dict[Why, str] = {
            "arrived": gettext("It came a moment ago and is taken in at the next look."),
            "left": gettext("Somebody moved or deleted it a moment ago; the next look follows it."),
            "renumbered": gettext(
                "The mail server has given the folder new numbers; the mails are being found again."
            ),
            "under_way": gettext(
                "It is being worked on; it will be in its place when that is done."
            ),
            "not_looked": gettext(
                "Nobody has looked into the folder for a while. Check that the worker is running, "
                "then compare again."
            ),
            "unexplained": gettext(
                "Nobody can explain it. Look at the mail in the mailbox and at its case, and tell "
                "whoever runs Ankomst."
            ),
        }
        return names[why]

    def draft_kept(self) -> str:
        """Return the message that what is being written has been kept."""
        return self._texts.gettext("Kept while you write.")
