"""Mails about an enquiry, drafted: that it was received, and a first reply with what was found and what is asked."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row

from api.catalogues import sentence
from api.desk.enquiry.reading import assumption, line
from api.desk.instants import moment

Draft = dict[str, str]


def acknowledgement(enquiry: Row[Any], follower: str | None, lang: str, timezone: str) -> Draft:
    """That it was received and by when it will be answered; nothing of what was written: it may be anyone's words."""
    dates = {
        "received": moment(enquiry.received_at, lang, timezone),
        "due": moment(enquiry.due_at, lang, timezone),
        "follower": follower or sentence("desk.we", lang),
        "reference": reference(enquiry.id),
    }
    return {
        "language": lang,
        "subject": sentence("desk.mail.received.subject", lang, **dates),
        "body": sentence("desk.mail.received.body", lang, **dates),
    }


def reply(enquiry: Row[Any], follower: str | None, answer: Mapping[str, Any] | None, lang: str, timezone: str) -> Draft:
    """What was understood and assumed, what was found, the questions worth asking, and by when they are wanted.

    ``answer``: of the match to the need; None where what is known is no need yet.
    """
    parts = [
        sentence("desk.mail.reply.begin", lang, received=moment(enquiry.received_at, lang, timezone)),
        *_understood(enquiry, lang),
        *_found(answer, lang),
        sentence(
            "desk.mail.reply.end",
            lang,
            due=moment(enquiry.due_at, lang, timezone),
            follower=follower or sentence("desk.we", lang),
        ),
    ]
    subject = enquiry.subject or sentence("desk.mail.no_subject", lang)
    return {
        "language": lang,
        "subject": sentence("desk.mail.reply.subject", lang, subject=subject, reference=reference(enquiry.id)),
        "body": "\n\n".join(parts),
    }


def reference(enquiry: int) -> str:
    """How an enquiry is called in mails."""
    return f"D-{enquiry}"


def _understood(enquiry: Row[Any], lang: str) -> Iterator[str]:
    said = [one for one in enquiry.reading.get("said", ()) if one["used"] or one["field"] == "jobs"]
    if not said:
        yield sentence("desk.mail.reply.nothing_understood", lang)
        return
    lines = "\n".join(f"- {line(one, lang)}" for one in said)
    yield sentence("desk.mail.reply.understood", lang, lines=lines)
    assumed = [
        sentence("desk.mail.reply.assumed_line", lang, words=one["words"], assumed=assumption(each, lang))
        for one in said
        for each in one["assumed"]
        if one["used"]
    ]
    if assumed:
        yield sentence("desk.mail.reply.assumed", lang, lines="\n".join(f"- {each}" for each in assumed))


def _found(answer: Mapping[str, Any] | None, lang: str) -> Iterator[str]:
    if answer is None:
        yield sentence("desk.mail.reply.no_need", lang)
        return
    counts = answer["counts"]
    found = {"proved": counts["proved"], "to_check": counts["to_check"] + counts["open"]}
    if found["proved"]:
        yield sentence("desk.mail.reply.found", lang, **found)
    elif found["to_check"]:
        yield sentence("desk.mail.reply.none_proved", lang, to_check=found["to_check"])
    else:
        yield sentence("desk.mail.reply.none", lang)
    asked = [sentence(f"question.{one['field']}", lang) for one in answer["questions"] or ()]
    if asked:
        lines = "\n".join(f"{place}. {one}" for place, one in enumerate(asked, 1))
        yield sentence("desk.mail.reply.questions", lang, lines=lines)
