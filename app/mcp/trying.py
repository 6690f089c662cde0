"""What the tools say of a claim with other statements, and of a text that is checked."""

from collections.abc import Sequence

from app.mcp.telling import quotable
from claims_client.answers import Match, MatchedSentence, Supposed


def told_what_if(answer: Supposed) -> str:
    """How a claim stands, and how it would; the record is told apart from what was tried."""
    when = f" (as of {answer.as_of})" if answer.as_of else ""
    lines = []
    for case, standing in (("In the record", answer.before), ("With the statements that you tried", answer.after)):
        lines += [
            f"{case}{when}: {quotable(standing.status, standing.attribution, standing.basis.since_edtf)}",
            f"Why: {standing.basis.explanation} (rule {standing.basis.rule})",
        ]
    return "\n".join([*lines, "Only what is in the record may be passed on; nothing of what you tried was kept."])


def told_matches(sentences: Sequence[MatchedSentence]) -> str:
    """Each sentence that repeats a claim, with the sentence to quote in its place."""
    found = [each for each in sentences if each.matches]
    paragraphs = [line for each in found for line in (f'"{each.text}"', *map(_match, each.matches))]
    count = f"{len(found)} of {len(sentences)} sentence{'' if len(sentences) == 1 else 's'} repeat a claim in words."
    rest = "On the others this record was not found to say anything, which makes them neither true nor false."
    return "\n".join([count, *paragraphs, *([rest] if len(found) < len(sentences) else [])])


def _match(match: Match) -> str:
    says = "says the contrary, in words, of" if match.wording == "contradicts" else "is worded like"
    return f"- {says} {match.claim} (score {match.score:.2f}): {quotable(match.status, match.attribution)}"
