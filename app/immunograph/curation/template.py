"""A source file to begin with: what is known is filled in, what is not is left to the curator.

Nothing is invented and nothing is looked up: what is still to be filled in stays empty, so that
`seed check` names it with its place.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from immunograph.domain.vocabulary import SourceType, Tier, Traceability
from immunograph.errors import BadQuestion
from immunograph.names.paper_ids import normal_doi, normal_pmid

DOI: Final = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>]+")
_PMID_IN_TEXT: Final = re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*|10\.\d+/[A-Za-z0-9_./()-]+")
"""What YAML reads as the same text without quotes."""
_ONE_TIER: Final = {
    SourceType.ABSTRACT: Tier.PRIMARY_ABSTRACT,
    SourceType.PAPER: Tier.PRIMARY_FULLTEXT,
    SourceType.PREPRINT: Tier.PREPRINT,
    SourceType.REVIEW: Tier.REVIEW,
    SourceType.DATASET: Tier.DATASET,
    SourceType.CURATOR: Tier.CURATOR,
}
_PRESS_TIER: Final = {
    Traceability.DOI: Tier.PRESS_RELEASE_DOI,
    Traceability.NONE: Tier.PRESS_UNTRACEABLE,
}
"""Press that names its study may be a release or third-hand, so the curator says which."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document at hand: the name of its file, its hash, and its decoded text."""

    name: str
    sha256: str
    text: str

    @classmethod
    def of(cls, name: str, content: bytes) -> Text:
        """The document of a file. Raises BadQuestion where it is empty or not UTF-8."""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadQuestion(
                f"{name} is not UTF-8 (byte {error.start}). Save it as plain text in UTF-8; spans "
                "count its characters.",
                parameter="file",
            ) from error
        if not text.strip():
            raise BadQuestion(f"{name} holds no text.", parameter="file")
        return cls(name, hashlib.sha256(content).hexdigest(), text)


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a new source file, and what is left to fill in."""

    id: str
    text: str
    left: tuple[str, ...]


def as_doi(given: str) -> str:
    """A DOI without what people put before it. Raises BadQuestion.

    >>> as_doi("https://doi.org/10.1172/JCI67484")
    '10.1172/jci67484'
    """
    try:
        return normal_doi(given)
    except ValueError as error:
        raise BadQuestion(f"{error}.", parameter="doi") from error


def as_pmid(given: str) -> str:
    """A PubMed id without what people put before it. Raises BadQuestion."""
    try:
        return normal_pmid(given)
    except ValueError as error:
        raise BadQuestion(f"{error}.", parameter="pmid") from error


def slug(text: str) -> str:
    """A text as a local id.

    >>> slug("10.1038/s41586-019-0915-y"), slug("Xiao 2021.txt")
    ('10-1038-s41586-019-0915-y', 'xiao-2021-txt')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def new_source(
    *,
    schema: str,
    doi: str | None = None,
    pmid: str | None = None,
    text: Text | None = None,
    type_: SourceType | None = None,
) -> Template:
    """A source file with all that follows from a DOI, a PMID, a text at hand, or several of them.

    `schema` is where an editor finds the JSON Schema. Raises BadQuestion without anything to begin
    with.
    """
    if doi is None and pmid is None and text is None:
        raise BadQuestion("Name a text file, --doi or --pmid to begin from.", parameter="file")
    doi = as_doi(doi) if doi else None
    pmid = as_pmid(pmid) if pmid else None
    printed_doi = _printed(DOI, text)
    traceability = Traceability.DOI if printed_doi or (doi and text is None) else None
    tier = _tier(type_, traceability)
    identifier = _identifier(doi, pmid, text)
    left: list[str] = []

    def filled(key: str, value: str | None, missing: str) -> str:
        if value is not None:
            return f"{key}: {value}"
        left.append(key)
        return f"{key}:  # fill in: {missing}"

    lines = [
        f"# yaml-language-server: $schema={schema}",
        f"id: {identifier}" + ("" if text else "  # better: first author, year, as in xiao-2021"),
        filled("type", type_, ", ".join(SourceType)),
        filled("tier", tier, ", ".join(_tiers(type_))),
        filled("traceability", traceability, "what the text itself gives: doi, named or none"),
        filled("title", None, _title_hint(text)),
        "# outlet: who published it, and published: when",
        *_study(identifier, doi, pmid),
    ]
    if printed_doi and not doi:
        lines.append(
            f"# The text prints the DOI {printed_doi}. The study's own? Then add it above."
        )
    printed_pmid = _printed(_PMID_IN_TEXT, text)
    if printed_pmid and not pmid:
        lines.append(f"# The text prints {printed_pmid}. The study's own? Then add it above.")
    if text is not None:
        lines += [
            f"document: {{name: {_quoted(text.name)}, sha256: {text.sha256}, "
            f"characters: {len(text.text)}}}",
        ]
    lines += [
        "curator:  # you",
        "curated:  # today, in quotes",
        "",
        *_example(text),
    ]
    left += ["study.title", "statements"]
    return Template(identifier, "\n".join(lines) + "\n", tuple(left))


def _identifier(doi: str | None, pmid: str | None, text: Text | None) -> str:
    if text is not None:
        return slug(text.name.rsplit(".", 1)[0]) or "source"
    return f"doi-{slug(doi)}" if doi else f"pmid-{pmid}"


def _tier(type_: SourceType | None, traceability: Traceability | None) -> Tier | None:
    if type_ is None:
        return None
    if type_ is SourceType.PRESS:
        return _PRESS_TIER.get(traceability) if traceability else None
    return _ONE_TIER[type_]


def _tiers(type_: SourceType | None) -> list[str]:
    return [t for t in Tier if type_ is None or t.is_press is (type_ is SourceType.PRESS)]


def _study(identifier: str, doi: str | None, pmid: str | None) -> list[str]:
    lines = [
        "study:  # the work behind it, shared with its press; or null, and `study_note` says why",
        f"  id: {identifier}",
        "  title:  # as the journal prints it",
    ]
    lines += [f"  doi: {_quoted(doi)}"] if doi else []
    lines += [f'  pmid: "{pmid}"'] if pmid else []
    return [*lines, "  verified:  # how you checked DOI and PMID, and where"]


def _title_hint(text: Text | None) -> str:
    if text is None:
        return "as the source prints it"
    first = next(line.strip() for line in text.text.splitlines() if line.strip())
    shown = first if len(first) <= 60 else first[:59] + "…"
    return f"the text begins with “{_printable(shown)}”"


def _printed(pattern: re.Pattern[str], text: Text | None) -> str | None:
    """What the text prints, if it is one and the same everywhere."""
    found = {m.group().rstrip(".,;)]") for m in pattern.finditer(text.text)} if text else set[str]()
    return found.pop() if len(found) == 1 else None


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f'"{_escaped(name)}"'


def _escaped(name: str) -> str:
    return _printable(name).replace("\\", "\\\\").replace('"', '\\"')


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _example(text: Text | None) -> list[str]:
    span = (
        [
            "#         span: [0, 1]       # `immunograph seed locate FILE TEXT` prints both",
            '#         sha256: "…"',
        ]
        if text
        else ["#         checked: false    # unless you read the passage in the source itself"]
    )
    return [
        "statements: []",
        "# One statement, to copy (and take the [] away):",
        "# statements:",
        "#   - subject: neutrophil extracellular trap",
        "#     predicate: promotes     # a verb of vocabulary.yaml, which says its sign",
        "#     object: metastasis",
        "#     evidence:",
        "#       - says: In your own words, what the passage says.",
        *span,
        "#         basis: observed     # what it rests on: perturbation, observed, asserted, …",
        "#         hedged: true        # only where the passage says may, might, could, seems, …",
        "#         context: {study_system: mouse_in_vivo, species: mouse, disease: breast cancer}",
    ]
