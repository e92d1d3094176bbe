"""Eight tools over the same questions as HTTP, whose schemas and answers cost an agent few tokens.

A tool answers with compact JSON as text, once: an output schema would be sent with every list of
tools, and each answer twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import orjson
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from immunograph import __version__
from immunograph.domain.selection import CONTEXT_DIMENSIONS
from immunograph.domain.vocabulary import MAX_STEPS
from immunograph.errors import BadQuestion, ImmunographError, NotFound
from immunograph.mcp.brief import BRIEFS
from immunograph.names.lists import ListedName, read_list
from immunograph.questions import QUESTIONS
from immunograph.service import Service
from immunograph.web.gate import Gate

INSTRUCTIONS: Final = """\
immunograph holds signed, evidenced statements on how immune cells and tumours act on each other. \
Start with `paths` for how X affects Y: the verdict says how far that is determined. Names may be \
symbols, synonyms or ids. Beliefs are expert-set priors, no probabilities. Cite the references and \
the snapshot; say when something was seen in mice only. No medical advice."""

DEFAULT_TOKENS: Final = 2_000
MOST_TOKENS: Final = 20_000
READ_ONLY: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)

Names = list[str]
Tokens = Annotated[
    int, Field(ge=200, le=MOST_TOKENS, description="most tokens of the answer; the rest is counted")
]
Without = Annotated[
    Names, Field(description="leave out entities, or statement:ID, study:ID, source:ID")
]
Evidence = Annotated[
    dict[str, Names],
    Field(description=f"only evidence with: {', '.join((*CONTEXT_DIMENSIONS, 'tier'))}"),
]
Effect = Literal["promotes", "inhibits"] | None
NOTHING: Final[Names] = []
ALL: Final[dict[str, Names]] = {}


def serve(service: Service) -> MCPServer[Any]:
    """The server over one service."""
    server: MCPServer[Any] = MCPServer(
        "immunograph", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    gate = Gate(at_once=4, waiting=16)

    async def ask(question: str, most: int, **parameters: Any) -> str:
        def work() -> dict[str, Any]:
            service.refresh()
            return QUESTIONS[question].ask(service, **parameters)

        try:
            answer = await gate.run(work)
        except ImmunographError as error:
            raise ToolError(_told(error)) from error
        return orjson.dumps(BRIEFS[question](answer, most)).decode()

    async def resolve(*, names: Names, max_tokens: Tokens = DEFAULT_TOKENS) -> str:
        """What entities are these names? Tells ids, what is ambiguous, and what is near."""
        return await ask("resolve", max_tokens, names=_listed(names))

    async def paths(
        *,
        source: Names,
        target: Names,
        effect: Effect = None,
        max_steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] = MAX_STEPS,
        limit: Annotated[int, Field(ge=1, le=50)] = 3,
        without: Without = NOTHING,
        evidence: Evidence = ALL,
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """How does source affect target? Verdict, best signed chains with statement ids, what
        speaks against it, interventions, references. No path is an answer too, with its reason."""
        return await ask(
            "paths",
            max_tokens,
            source=source,
            target=target,
            effect=effect,
            max_steps=max_steps,
            limit=limit,
            without=without,
            **_chosen(evidence),
        )

    async def effect(
        *,
        source: Names,
        target: Names,
        without: Without = NOTHING,
        evidence: Evidence = ALL,
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """The verdict alone, for every pair of a source and a target."""
        return await ask(
            "effect",
            max_tokens,
            source=source,
            target=target,
            without=without,
            **_chosen(evidence),
        )

    async def influence(
        *,
        entity: str,
        direction: Literal["downstream", "upstream"] = "downstream",
        effect: Effect = None,
        max_steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] = 4,
        evidence: Evidence = ALL,
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """What does an entity reach (downstream), or what reaches it (upstream)?"""
        return await ask(
            "influence",
            max_tokens,
            entity=entity,
            direction=direction,
            effect=effect,
            max_steps=max_steps,
            **_chosen(evidence),
        )

    async def blockers(
        *,
        source: Names,
        target: Names,
        effect: Effect = None,
        max_size: Annotated[int, Field(ge=1, le=4)] = 2,
        evidence: Evidence = ALL,
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """The smallest sets of entities whose removal breaks every path, with interventions."""
        return await ask(
            "blockers",
            max_tokens,
            source=source,
            target=target,
            effect=effect,
            max_size=max_size,
            **_chosen(evidence),
        )

    async def statements(
        *,
        entity: str | None = None,
        subject: str | None = None,
        object: str | None = None,
        words: Annotated[str | None, Field(description="words of names, verb or evidence")] = None,
        evidence: Evidence = ALL,
        cursor: Annotated[str | None, Field(description="`next` of the page before")] = None,
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """Statements about an entity, between two, or told with some words; best believed first."""
        return await ask(
            "statements",
            max_tokens,
            entity=entity,
            subject=subject,
            object=object,
            q=words,
            **_chosen(evidence),
            cursor=cursor,
            limit=20,
        )

    async def subgraph(
        *,
        names: Annotated[Names, Field(description="a name, or name TAB up, or name TAB down")],
        steps: Annotated[int, Field(ge=1, le=2)] = 1,
        evidence: Evidence = ALL,
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """The signed statements among a list of entities; for a list with directions also its
        regulators, scored against chance."""
        return await ask(
            "subgraph",
            max_tokens,
            names=_listed(names),
            steps=steps,
            **_chosen(evidence),
            limit=50,
        )

    async def details(
        *,
        id: Annotated[
            str, Field(description="a statement's id, source:ID, study:ID, or an entity")
        ],
        max_tokens: Tokens = DEFAULT_TOKENS,
    ) -> str:
        """One statement with its evidence and context, one source, one study, or one entity."""
        kind, _, name = id.partition(":")
        if kind in ("statement", "source", "study") and name:
            return await ask(kind, max_tokens, id=name)
        try:
            return await ask("statement", max_tokens, id=id)
        except ToolError as error:
            if not isinstance(error.__cause__, NotFound):
                raise
        return await ask("entity", max_tokens, id=id)

    tools: tuple[Callable[..., Any], ...] = (
        *(paths, effect, influence, blockers),
        *(statements, details, resolve, subgraph),
    )
    for tool in tools:
        server.add_tool(
            tool,
            description=" ".join((tool.__doc__ or "").split()),
            annotations=READ_ONLY,
            structured_output=False,
        )
    return server


def _listed(names: Names) -> list[ListedName]:
    """Names as the lines of a list."""
    try:
        return read_list("\n".join(name.replace("\n", " ") for name in names).encode())
    except ImmunographError as error:
        raise ToolError(_told(error)) from error


def _chosen(evidence: dict[str, Names]) -> dict[str, Names]:
    """The filters as parameters of a question."""
    known = (*CONTEXT_DIMENSIONS, "tier")
    for name in evidence:
        if name not in known:
            fault = BadQuestion(f"No dimension of evidence '{name}'. Known: {', '.join(known)}.")
            raise ToolError(_told(fault)) from fault
    return evidence


def _told(error: ImmunographError) -> str:
    """What an agent can act on: the message, and where the name was set aside."""
    aside = [f"Set aside in {o['source']}: {o['why']}." for o in error.details.get("set_aside", ())]
    return " ".join([error.message, *aside])
