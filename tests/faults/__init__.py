"""The fault test: mail is lost by nothing that can fail, and nothing is done twice.

Two workers sort thousands of mails while they are killed, lines are cut, servers hang or go away,
disks fill up, folders are renumbered and a colleague works in the same mailbox. Afterwards each
mail is accounted for. `make faults` runs it for long; the suite runs it for seconds.

The workers decide with the stand-in of tests/triage/composition.py in place of a model: which queue
is right is not what this is about. The seed fixes mails and faults; how the processes then meet is
up to the machine, so a seed finds a fault again often, not always.
"""
