"""What the names in the database mean, in the words of staff."""

from __future__ import annotations

from language.languages import Language
from understanding.queues import Queue
from web.models import Role
from web.translations import translations


class Words:
    """The words in one language of staff.

    Args:
        language: da or en.
    """

    def __init__(self, language: Language) -> None:
        gettext = translations(language).gettext
        self.roles: dict[Role, str] = {
            "caseworker": gettext("Caseworker"),
            "team_leader": gettext("Team leader"),
            "admin": gettext("Administrator"),
        }
        self.queues: dict[Queue, str] = {
            "tax": gettext("Tax"),
            "jobseeker": gettext("Jobseekers"),
            "visitation": gettext("Visitation"),
        }
        self.columns = [
            gettext("Time"),
            gettext("User"),
            gettext("Action"),
            gettext("Name of the action"),
            gettext("Subject"),
        ]
        """Of the exported audit log."""
        self._actions = {
            "article.approved": gettext("Approved a draft of an article"),
            "article.changes_wanted": gettext("Asked for changes of an article"),
            "article.data_saved": gettext("Saved an article's sources and dates"),
            "article.published": gettext("Published an article"),
            "article.published_on_time": gettext("Had an article published at a set time"),
            "article.restored": gettext("Restored an older text of an article"),
            "article.review_asked": gettext("Sent a draft of an article for a review"),
            "article.review_put_off": gettext(
                "Put off the review of an article that could not wait"
            ),
            "article.saved": gettext("Saved a draft of an article"),
            "article.scheduled": gettext("Set when an article is published"),
            "article.unscheduled": gettext("Cancelled the time at which an article is published"),
            "article.withdrawn": gettext("Withdrew an article"),
            "audit.exported": gettext("Exported the audit log"),
            "case.answered": gettext("Answered a case"),
            "case.attachment_saved": gettext("Saved an attachment"),
            "case.closed": gettext("Closed a case"),
            "case.confirmed": gettext("Confirmed a case"),
            "case.corrected": gettext("Put a case on another shelf"),
            "case.erased": gettext("Erased a case"),
            "case.numbers_shown": gettext("Had personal numbers shown"),
            "case.opened": gettext("Opened a case by hand"),
            "cases.listed": gettext("Saw a list of cases"),
            "case.original_saved": gettext("Saved a mail as it came"),
            "case.read": gettext("Read a case"),
            "case.reading_asked": gettext("Had a mail read again"),
            "case.source_read": gettext("Looked into the source of a mail"),
            "case.reopened": gettext("Opened a closed case again"),
            "centre.change_entered": gettext("Entered a change of a centre ahead"),
            "centre.saved": gettext("Changed a centre's data"),
            "centre.withdrawn": gettext("Withdrew a change of a centre"),
            "conversation.read": gettext("Read a conversation"),
            "erasures.exported": gettext("Exported the proofs of what was erased"),
            "fact.saved": gettext("Saved a fact"),
            "mail.read": gettext("Read a mail that is arriving"),
            "mailbox.old_mail_leave": gettext("Decided to leave a mailbox's old mail where it is"),
            "mailbox.old_mail_since": gettext("Decided to sort a mailbox's old mail since a day"),
            "mailbox.old_mail_sort": gettext("Decided to sort a mailbox's old mail"),
            "model.activated": gettext("Activated a model of the bot"),
            "model.refused": gettext("Refused a model of the bot"),
            "municipality.change_entered": gettext("Entered a change of a municipality ahead"),
            "municipality.saved": gettext("Changed a municipality's centre"),
            "municipality.withdrawn": gettext("Withdrew a change of a municipality"),
            "question.left": gettext("Left a question as it is"),
            "question.put_up_again": gettext("Put a question up again"),
            "rule.tried": gettext("Saw the subject when a rule was tried on past mail"),
            "rule.added": gettext("Wrote a rule for mail"),
            "rule.changed": gettext("Changed a rule for mail"),
            "rule.removed": gettext("Removed a rule for mail"),
            "queue.forwarded_again": gettext("Had a queue's mail forwarded again"),
            "queue.set": gettext("Changed what is set of a queue"),
            "retention.decided": gettext("Decided how long the cases of a shelf are kept"),
            "staff.password_changed": gettext("Changed own password"),
            "staff.sign_in_refused": gettext("Sign-in refused"),
            "staff.signed_in": gettext("Signed in"),
            "staff.signed_out": gettext("Signed out"),
            "topic.made": gettext("Made a topic"),
            "topic.saved": gettext("Changed a topic's title or queue"),
            "topic.withdrawn": gettext("Withdrew a topic"),
            "training_mail.accepted": gettext("Accepted a training mail"),
            "training_mail.refused": gettext("Refused a mail for training"),
            "training_mail.saved": gettext("Changed a training mail"),
            "training_mail.removed": gettext("Removed a training mail"),
            "training_mail.brought_back": gettext("Brought a training mail back"),
            "training_mail.deleted": gettext("Deleted a training mail"),
            "training_mails.exported": gettext("Saved training mails as a file"),
            "training_message.added": gettext("Added a training message"),
            "training_message.brought_back": gettext("Brought a training message back"),
            "training_message.moved": gettext("Moved a training message"),
            "training_message.removed": gettext("Removed a training message"),
            "training.asked": gettext("Asked for a training of the bot"),
            "user.added": gettext("Added a user"),
            "user.centres_changed": gettext("Changed a user's centres"),
            "user.closed": gettext("Closed an account"),
            "user.made_admin": gettext("Made a user administrator"),
            "user.made_caseworker": gettext("Made a user caseworker"),
            "user.made_team_leader": gettext("Made a user team leader"),
            "user.password_given": gettext("Gave a user a new password"),
            "user.queues_changed": gettext("Changed a user's queues"),
            "user.reopened": gettext("Reopened an account"),
            "user.unlocked": gettext("Unlocked an account"),
        }

    def action(self, name: str) -> str:
        """Return what an action of the audit log is called; its name when it has no words yet."""
        return self._actions.get(name, name)
