"""The process in which strangers' mails are parsed: `python -m triage.parsing.reader`, run by `reading`.

It takes mails on its standard input and gives what it read on its standard output, one after the
other, until its input ends, which it does when the process that began it is gone. It limits its own
memory and computing time; how long a mail takes by the clock is watched from outside.
"""

from __future__ import annotations

import io
import os
import pickle
import resource
import struct
import sys
from dataclasses import replace

from triage.parsing.attachment_text import with_texts
from triage.parsing.message import ParsedMail, parse

QUESTION = struct.Struct("!QQQ??")
"""Before each mail: its size, bytes of memory, seconds of computing, whether the contents of its
attachments are wanted, and whether their texts are."""

ANSWER = struct.Struct("!Q")
"""Before each answer: its size. It is a pickled `ParsedMail`, or the key of what went wrong."""


def serve() -> None:
    """Read mails until the input ends."""
    source = sys.stdin.buffer
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not come between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while len(head := source.read(QUESTION.size)) == QUESTION.size:
        size, memory, seconds, contents, texts = QUESTION.unpack(head)
        raw = source.read(size)
        if len(raw) < size:
            return
        answer = _answer(raw, memory, seconds, contents=contents, texts=texts)
        target.write(ANSWER.pack(len(answer)))
        target.write(answer)
        target.flush()


def _answer(raw: bytes, memory: int, seconds: int, *, contents: bool, texts: bool) -> bytes:
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # At the soft limit the process ends by SIGXCPU, also within a call into C.
    until = int(usage.ru_utime + usage.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    try:
        mail = parse(raw)
        return _pickled(with_texts(mail) if texts else mail, contents=contents)
    except MemoryError:
        return pickle.dumps("too_much_memory")


def _pickled(mail: ParsedMail, *, contents: bool) -> bytes:
    if not contents:
        bare = tuple(replace(attachment, content=b"") for attachment in mail.attachments)
        mail = replace(mail, attachments=bare)
    written = io.BytesIO()
    pickle.dump(mail, written, pickle.HIGHEST_PROTOCOL)
    return written.getvalue()


if __name__ == "__main__":
    serve()
