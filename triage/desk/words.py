"""What the ledger's names mean, in the words of caseworkers."""

from __future__ import annotations

from language.languages import NAMES, Language
from triage.cases import Listing
from triage.shelves import Kind
from triage.states import MailState
from web.translations import translations


class Words:
    """The words in one language of staff.

    Args:
        language: da or en.
    """

    def __init__(self, language: Language) -> None:
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
            "perhaps_a_duplicate": gettext("none: perhaps it is a duplicate"),
            "too_many": gettext("none: the sender has had many lately"),
            "refused": gettext("failed: the mail server refused it"),
            "gave_up": gettext("failed: the mail server put it off for too long"),
        }
        return outcomes.get(key, key)
