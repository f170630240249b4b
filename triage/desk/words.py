"""What the ledger's names mean, in the words of caseworkers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from knowledge import situation_words
from knowledge.situations import Dimension, value_of
from language.languages import NAMES, Language, is_language
from triage.authorities import authorities
from triage.cases.cases import LISTINGS, Listing
from triage.deciding.admin_rules.phases import Phase
from triage.deciding.admin_rules.traits import Field
from triage.folders.reconciliation import Kind as Discrepancies
from triage.folders.reconciliation import Why
from triage.models import (
    Channel,
    Confirmation,
    Erased,
    Ground,
    InMailbox,
    OldMail,
    PrecisionTrouble,
    SentMail,
)
from triage.privacy.retention import Period
from triage.states import MailState, ReplyState
from understanding.queues import Kind
from web.translations import translations

_LISTINGS: Mapping[str, Listing] = {name: name for name in LISTINGS}
_CHANNELS: Mapping[str, Channel] = {name: name for name in get_args(Channel)}
_GROUNDS: Mapping[str, Ground] = {name: name for name in get_args(Ground)}


_SENT: Mapping[str, SentMail] = {name: name for name in get_args(SentMail)}


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

    def precision_group(self, language: str, shelf: str) -> str:
        """Return whose sure decisions an alarm is about; an empty name stands for all."""
        gettext = self._texts.gettext
        queue = self.shelf(shelf) if shelf else gettext("Everything")
        name = NAMES[language] if is_language(language) else gettext("all languages")
        return f"{queue}, {name}"

    def precision_trouble(self, trouble: PrecisionTrouble) -> str:
        """Return why there is an alarm."""
        gettext = self._texts.gettext
        names: dict[PrecisionTrouble, str] = {
            "below": gettext("surely less often right than wanted"),
            "fell": gettext("clearly less often right than in the weeks before"),
        }
        return names[trouble]

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
            MailState.LEFT: gettext("left where it lay, by decision"),
            MailState.REREADING: gettext("is being read again"),
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
            "held.automatic": gettext("Its text reads as written by a machine"),
            "held.spam": gettext("Its text reads as spam"),
            "not_judged": gettext("Nothing could judge it; a person must look"),
            "nothing_to_judge": gettext("There is no text to decide by"),
            "unreadable.nothing_to_read": gettext("Nothing in the mail can be read"),
            "unreadable.too_large": gettext("The mail is too large"),
            "unreadable.too_slow": gettext("Reading the mail takes too long"),
            "unreadable.too_much_memory": gettext("Reading the mail takes too much memory"),
            "unreadable.ended_the_reader": gettext("The program that read the mail broke down"),
            "unreadable.ended_the_worker": gettext("The program that read the mail broke down"),
            "unreadable.cannot_be_judged": gettext("The mail could not be judged"),
            "mark.encrypted_smime": gettext(
                "The mail is encrypted (S/MIME); open it in the mailbox, with the key"
            ),
            "mark.encrypted_pgp": gettext(
                "The mail is encrypted (PGP); ask the sender to write without encryption"
            ),
            "mark.signed_smime": gettext(
                "The mail is signed (S/MIME); nobody checked the signature"
            ),
            "mark.signed_pgp": gettext("The mail is signed (PGP); nobody checked the signature"),
            "mark.calendar": gettext("The mail holds an invitation to a meeting"),
            "mark.partial": gettext("The mail is one part of a larger one"),
            "mark.stored_elsewhere": gettext(
                "An attachment is stored elsewhere, and not in the mail"
            ),
            "mark.winmail_closed": gettext(
                "What is in winmail.dat could not be read; open it in Outlook"
            ),
            "mark.read_in_part": gettext(
                "The mail is so large or so broken that only a part was read; look at the original"
            ),
            "rule.own_address": gettext("It came from our own address"),
            "rule.bounce": gettext("A report on the delivery of a mail"),
            "rule.auto_submitted": gettext("The mail says that it is an automatic answer"),
            "rule.auto_generated": gettext("The mail says that a program has sent it"),
            "rule.automatic_subject": gettext("The subject is that of an automatic answer"),
            "rule.marked_as_spam": gettext("The mail server has marked it as spam"),
            "rule.mailing_list": gettext("It came by a mailing list"),
            "rule.no_reply": gettext("The sender takes no answers"),
            "rule.admin": gettext("Rule"),
        }
        if key.startswith("document."):
            return gettext("This document points to the queue: %(document)s") % {
                "document": self.document(key.removeprefix("document."))
            }
        kind, _, slug = key.partition(".")
        if kind == "authority":
            return gettext("Probably for %(authority)s") % {"authority": self.authority(slug)}
        return reasons.get(key, key)

    def document(self, key: str) -> str:
        """Return what a recognised document is; one without words of its own by its key."""
        gettext = self._texts.gettext
        documents = {
            "form_04063": gettext("Form 04.063"),
            "tax_form": gettext("Tax form"),
            "pd_u1": gettext("PD U1"),
            "pd_u2": gettext("PD U2"),
            "pd_u3": gettext("PD U3"),
            "form_e300": gettext("Form E 301, E 302 or E 303"),
            "pd_a1": gettext("A1 certificate"),
            "sed_u": gettext("SED on unemployment benefit"),
            "sed": gettext("SED"),
            "attendance_receipt": gettext("Receipt for appearing in person"),
            "form_od1": gettext("Form OD1 (EU residence document)"),
            "residence_certificate": gettext("EU residence document"),
            "proof_of_address": gettext("Proof of address"),
            "tax_notice": gettext("Letter on tax"),
            "payslip": gettext("Payslip"),
            "employment_contract": gettext("Employment contract"),
            "lease": gettext("Lease"),
            "contract": gettext("Contract"),
            "birth_certificate": gettext("Birth certificate"),
            "marriage_certificate": gettext("Marriage certificate"),
            "passport": gettext("Passport"),
            "identity_card": gettext("Identity card"),
            "cv": gettext("CV"),
        }
        return documents.get(key, key)

    def condition(self, field: Field) -> str:
        """Return what a condition of a rule looks at."""
        gettext = self._texts.gettext
        names: dict[Field, str] = {
            "senders": gettext("Sender"),
            "recipients": gettext("Recipient (To or Cc)"),
            "subjects": gettext("Words in the subject"),
            "attachments": gettext("Name of an attachment"),
        }
        return names[field]

    def condition_hint(self, field: Field) -> str:
        """Return how the values of a condition are written."""
        gettext = self._texts.gettext
        hints: dict[Field, str] = {
            "senders": gettext(
                "An address, or a domain such as borger.dk, which also stands for those below it."
            ),
            "recipients": gettext("Addresses or domains, as above."),
            "subjects": gettext(
                "Whole words that stand together, such as PD U2. skattekort* also finds "
                "skattekortet."
            ),
            "attachments": gettext("The whole name, such as *.ics or PD U2*. * is any attachment."),
        }
        return hints[field]

    def phase(self, phase: Phase) -> str:
        """Return when a rule is asked."""
        gettext = self._texts.gettext
        names: dict[Phase, str] = {
            "before": gettext("Before the text is judged, whatever it says"),
            "unsure": gettext("After it, if the text leaves the queue unsure"),
            "tax": gettext("After it, if the text surely belongs to Tax"),
            "jobseeker": gettext("After it, if the text surely belongs to Jobseekers"),
            "visitation": gettext("After it, if the text surely belongs to Visitation"),
        }
        return names[phase]

    def authority(self, slug: str) -> str:
        """Return the Danish name of another authority; one that is not known any more by its slug."""
        known = authorities().get(slug)
        return slug if known is None else known.name

    def warning(self, key: str) -> str:
        """Return what a mail perhaps says, in a word or two, by a warning's key."""
        gettext = self._texts.gettext
        names = {
            "warning.forced_labour": gettext("Forced labour?"),
            "warning.threats": gettext("Violence or threats?"),
            "warning.despair": gettext("Despair?"),
            "warning.access_request": gettext("Request for access"),
            "warning.complaint": gettext("Complaint about us"),
        }
        return names.get(key, key)

    def warning_advice(self, key: str) -> str:
        """Return what to do first about a mail with a warning, by the warning's key."""
        gettext = self._texts.gettext
        advice = {
            "warning.forced_labour": gettext(
                "Read it now. Write only to the address that the mail came from, do not call, and do "
                "not ask the employer. Where somebody is in danger now, call the police."
            ),
            "warning.threats": gettext(
                "Read it now. Where somebody is in danger now, call the police. A threat against you "
                "or a colleague: tell your team leader at once."
            ),
            "warning.despair": gettext(
                "Read it now, and answer today as one human being to another. Where a life is in "
                "danger now, call 112."
            ),
            "warning.access_request": gettext(
                "It has a deadline in law: access to files normally within 7 working days (Access to "
                "Public Administration Files Act, section 36), to one’s own data within one month "
                "(GDPR, article 12(3))."
            ),
            "warning.complaint": gettext("Show it to your team leader before you answer."),
        }
        return advice.get(key, "")

    def help_number(self, fact: str) -> str:
        """Return whom a number reaches, by the name of the fact that holds it."""
        gettext = self._texts.gettext
        names = {
            "emergency-number": gettext("Police, ambulance, fire"),
            "anti-trafficking-hotline": gettext("Hotline of the Centre against Human Trafficking"),
            "suicide-helpline": gettext("Livslinien, the suicide helpline"),
        }
        return names.get(fact, fact)

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
            "overruled": gettext("none: without the rule it would be automatic mail or spam"),
            "unreadable": gettext("none: the mail cannot be read"),
            "old_mail": gettext("none: the mail is too old for that"),
            "brought_by_hand": gettext(
                "none: somebody put the mail into the folder; nobody knows how old it is"
            ),
            "perhaps_a_duplicate": gettext("none: perhaps it is a duplicate"),
            "too_many": gettext("none: the sender has had many lately"),
            "erased": gettext("none: the mail was erased before"),
            "refused": gettext("failed: the mail server refused it"),
            "gave_up": gettext("failed: the mail server put it off for too long"),
        }
        return outcomes.get(key, key)

    def forwarding(self, key: str) -> str:
        """Return what came of sending a mail on; a reason without words by its key."""
        gettext = self._texts.gettext
        outcomes = {
            "sent": gettext("sent"),
            "uncertain": gettext("perhaps sent; it is not sent again"),
            "refused": gettext("failed: the mail server refused it"),
            "gave_up": gettext("failed: the mail server put it off for too long"),
            "paused": gettext("not sent: mail to this address came back lately"),
            "own_address": gettext("not sent: the address is our own"),
            "forwarded_before": gettext("not sent: the mail was sent on before"),
            "from_there": gettext("not sent: the mail comes from this address"),
            "automatic": gettext("not sent: the mail is automatic"),
            "unreadable": gettext("not sent: the mail cannot be read"),
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
            "reading_asked": gettext("to be read again"),
            "read_again": gettext("read after all"),
            "still_unreadable": gettext("read again, and still unreadable"),
            "not_delivered": gettext("a mail of ours was not delivered"),
            "passed_on": gettext("given to be passed on to another authority"),
            "passed_on_by_hand": gettext("passed on to another authority by hand"),
            "passing_on_sent": gettext("passed on"),
            "passing_on_uncertain": gettext("perhaps passed on"),
            "passing_on_refused": gettext("not passed on: the mail server refused it"),
            "erased": gettext("erased for good"),
        }
        return actions.get(action, action)

    def old_mail(self, decision: OldMail) -> str:
        """Return what was decided about old mail; after `since` the day is to follow."""
        gettext = self._texts.gettext
        decisions: dict[OldMail, str] = {
            "as_new": gettext("taken for new mail, by the settings"),
            "sort": gettext("all of it is sorted, none acknowledged"),
            "since": gettext("older mail is left where it is; sorted, and not acknowledged, since"),
            "leave": gettext("all of it is left where it is"),
        }
        return decisions[decision]

    def trouble(self, error: str) -> tuple[str, str]:
        """Return what failed in plain words, and what to do.

        Args:
            error: As it was written down: the name of the error, a colon, and what it says.
        """
        gettext = self._texts.gettext
        by_itself = gettext("It is tried again by itself, and nothing is lost.")
        known = {
            "MailboxUnavailableError": (
                gettext("The mail server cannot be reached, or hung up."),
                gettext(
                    "It is tried again by itself, and nothing is lost. If it lasts, ask the operator "
                    "to look at the network and the mail server."
                ),
            ),
            "MailboxRefusedError": (
                gettext("The mail server refused something, such as the sign-in."),
                gettext(
                    "Ask the operator to look at the user name, the password and the rights of the "
                    "mailbox."
                ),
            ),
            "MailboxRenumberedError": (
                gettext("The mail server has given the mails other numbers."),
                gettext("There is nothing to do: each mail is found again by what it says."),
            ),
            "SmtpUnavailableError": (
                gettext("Mail cannot be sent: the server for that is away, or refuses us."),
                gettext(
                    "It is tried again by itself for three days. Ask the operator to look at the "
                    "settings of the SMTP server."
                ),
            ),
            "DeliveryPostponedError": (
                gettext("The server takes a mail of ours later."),
                by_itself,
            ),
            "DatabaseUnavailableError": (
                gettext("The database is away, or its disk is full."),
                gettext("Mail stays in the inbox. Ask the operator to look at database and disk."),
            ),
            "DecisionFailedError": (
                gettext("No mail can be judged at the moment."),
                gettext("Mail stays in the inbox. Ask the operator to look at the active model."),
            ),
            "OriginalsError": (
                gettext("An original cannot be opened."),
                gettext("Ask the operator whether a key is missing."),
            ),
            "AcknowledgementsBrakedError": (
                gettext("Very many acknowledgements went out within an hour; the others wait."),
                gettext("Look whether mail goes round in a circle."),
            ),
            "PlaceTakenError": (
                gettext("Two mails with the same content had to be told apart."),
                by_itself,
            ),
            "HeldElsewhereError": (
                gettext("Another worker was busy with the same mail."),
                by_itself,
            ),
        }
        unknown = (
            gettext("The program has a fault."),
            gettext("The mail stays where it is. Tell the developers; the log says where it was."),
        )
        return known.get(error.partition(":")[0], unknown)

    def unreadable_advice(self, key: str) -> str:
        """Return what can be done about a mail that could not be read, by the reason's key."""
        gettext = self._texts.gettext
        advice = {
            "unreadable.too_large": gettext(
                "Save the original, or ask the operator to raise the limit, and read it again."
            ),
            "unreadable.nothing_to_read": gettext(
                "Look into the source whether there is a sender whom you can ask to write again."
            ),
        }
        otherwise = gettext(
            "Look into the source or save the original. After an update of Ankomst it may be "
            "readable: then read it again."
        )
        return advice.get(key, otherwise)

    def sent_mail(self, sent: SentMail) -> str:
        """Return which mail of ours a report is about."""
        gettext = self._texts.gettext
        names: dict[SentMail, str] = {
            "acknowledgement": gettext("The acknowledgement"),
            "reply": gettext("The reply"),
            "forward": gettext("The forwarded mail"),
        }
        return names[sent]

    def delivery_status(self, status: str) -> str:
        """Return a status code of a delivery report in plain words.

        Args:
            status: An enhanced status code (RFC 3463), or one of SMTP (RFC 5321).
        """
        gettext = self._texts.gettext
        for beginnings, meaning in (
            (("1.1", "1.2", "1.3", "1.6", "1.10"), gettext("the address is unknown")),
            (("2.1",), gettext("the mailbox is closed")),
            (("2.2",), gettext("the mailbox is full")),
            (("2.3", "3.4"), gettext("the mail was too large")),
            (("7.",), gettext("it was refused as spam, or by a rule of the receiver")),
            (("4.",), gettext("the receiver's mail server was not reached")),
        ):
            if any(
                status[2:] == one or (one.endswith(".") and status[2:].startswith(one))
                for one in beginnings
            ):
                return meaning
        plain = {
            "550": gettext("the address is unknown or was refused"),
            "552": gettext("the mailbox is full"),
            "554": gettext("it was refused as spam, or by a rule of the receiver"),
        }
        return plain.get(status, gettext("for another reason"))

    def detail(self, detail: str) -> str:
        """Return what something was done with: shelves in words, anything else as it is."""
        sent, _, status = detail.partition(" ")
        if sent in _SENT and (status or sent == detail):
            meaning = f": {self.delivery_status(status)} ({status})" if status else ""
            return f"{self.sent_mail(_SENT[sent])}{meaning}"
        return " > ".join(self._detail(part) for part in detail.split(" > "))

    def _detail(self, part: str) -> str:
        if part in _LISTINGS:
            return self.listing(_LISTINGS[part])
        if part in _CHANNELS:
            return self.channel(_CHANNELS[part])
        if part in _GROUNDS:
            return self.ground(_GROUNDS[part])
        return self.authority(part)

    def shelf(self, shelf: str) -> str:
        """Return the name of a shelf as a row has it."""
        return self.listing(_LISTINGS[shelf]) if shelf in _LISTINGS else shelf

    def ground(self, ground: Ground, days: int | None = None) -> str:
        """Return why something was erased; of a period its days too, where they are known."""
        gettext = self._texts.gettext
        if ground == "expired" and days is not None:
            return self._texts.ngettext(
                "its period of %(num)s day was over", "its period of %(num)s days was over", days
            ) % {"num": days}
        names: dict[Ground, str] = {
            "expired": gettext("its period was over"),
            "asked": gettext("The person asked for it"),
            "not_ours": gettext("It was not meant for us"),
            "unlawful": gettext("It must not be kept"),
        }
        return names[ground]

    def erased(self, what: Erased) -> str:
        """Return what was erased."""
        gettext = self._texts.gettext
        names: dict[Erased, str] = {
            "case": gettext("The case with all that belongs to it"),
            "mailbox": gettext("A mail in the mailbox"),
            "again": gettext("Came again after it was erased; nothing was kept"),
        }
        return names[what]

    def erasure_columns(self) -> list[str]:
        """Return what stands above the columns of the exported proofs."""
        gettext = self._texts.gettext
        return [
            gettext("Time"),
            gettext("Case"),
            gettext("What"),
            gettext("Shelf"),
            gettext("Why"),
            gettext("By whom"),
            gettext("Where the decision is filed"),
            gettext("Originals"),
            gettext("Bytes"),
            gettext("Keyed digests"),
        ]

    def in_mailbox(self, choice: InMailbox) -> str:
        """Return what becomes of a mail in the mailbox when its case is erased."""
        gettext = self._texts.gettext
        return gettext("is deleted too") if choice == "delete" else gettext("stays where it is")

    def period(self, period: Period) -> str:
        """Return how long cases are kept, in one sentence."""
        gettext, ngettext = self._texts.gettext, self._texts.ngettext
        if period.days is None:
            said = [gettext("kept until somebody decides")]
        else:
            said = [
                ngettext(
                    "erased %(num)s day after closing",
                    "erased %(num)s days after closing",
                    period.days,
                )
                % {"num": period.days}
            ]
        if period.open_days is not None:
            said.append(
                ngettext(
                    "pointed out when open for more than %(num)s day",
                    "pointed out when open for more than %(num)s days",
                    period.open_days,
                )
                % {"num": period.open_days}
            )
        said.append(
            gettext("the mail in the mailbox %(fate)s")
            % {"fate": self.in_mailbox(period.in_mailbox)}
        )
        return "; ".join(said)

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
