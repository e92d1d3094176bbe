"""Write the examples of OpenAPI anew: answers of a service that runs the shipped seed, shortened.

python tests/web/examples.py http://127.0.0.1:8000
"""

from __future__ import annotations

import sys
from typing import Any, Final
from urllib.request import Request, urlopen

import orjson

from immunograph.web.schema import EXAMPLES

CHAIN: Final = "source=paclitaxel&target=lung+metastasis"
ADDRESSES: Final = {
    "entities": "/v1/entities?q=oncostatin",
    "entity": "/v1/entities/annexin%20A6",
    "statements": "/v1/statements?subject=annexin+A6&object=CCL2",
    "paths": f"/v1/paths?{CHAIN}&limit=1&without=source:keklikoglou-2019-abstract",
    "effect": "/v1/effect?source=neutrophil&target=CD8+T+cell",
    "influence": "/v1/influence?entity=oncostatin+M",
    "blockers": f"/v1/blockers?{CHAIN}",
    "loops": "/v1/loops?entity=breast+tumour",
    "impact": f"/v1/impact?without=annexin+A6&{CHAIN}",
    "open_questions": "/v1/open-questions?entity=annexin+A6",
    "conflicts": "/v1/conflicts",
    "interventions": "/v1/interventions",
    "sources": "/v1/sources",
    "source": "/v1/sources/news-2013-nets",
    "studies": "/v1/studies",
    "study": "/v1/studies/cools-lartigue-2013",
    "snapshot": "/v1/snapshot",
    "loads": "/v1/loads",
    "changes": "/v1/changes?question=/v1/paths?source%3Dneutrophil%26target%3Dmetastasis",
    "queries": "/v1/queries",
    "query": "/v1/queries/neighbourhood?entity=annexin+A6",
    "live": "/health/live",
    "ready": "/health/ready",
    "export": "/v1/export",
    "meta_knowledge_graph": "/trapi/meta_knowledge_graph",
}
"""What is asked for each operation; of a list's first, its card."""
LIST: Final = b"annexin A6\tup\nCCL2\tup\nmonocyte\tdown\ncurcumin\n"
HOP: Final = orjson.dumps(
    {
        "message": {
            "query_graph": {
                "nodes": {"protein": {"ids": ["HGNC:544"]}, "other": {"ids": ["HGNC:10618"]}},
                "edges": {"acts": {"subject": "protein", "object": "other"}},
            }
        }
    }
)
SENT: Final = {
    "resolve": ("/v1/resolve", LIST),
    "subgraph": ("/v1/subgraph", LIST),
    "trapi_query": ("/trapi/query", HOP),
}
"""The same for those to which something is sent."""
CARDS: Final = {"statement": "statements", "conflict": "conflicts"}
WHOLE: Final = frozenset({"statements", "names", "support", "contexts", "sides"})
"""Keys of pairs, of which both are shown."""


def ask(url: str, address: str, sent: bytes | None = None) -> Any:
    """One answer of the service."""
    with urlopen(
        Request(url + address, data=sent)
    ) as response:  # a service of our own, by an address given by hand
        return orjson.loads(response.read())


def shortened(value: Any, key: str = "") -> Any:
    """A value with its lists cut to their first two, and maps of many to their first."""
    if isinstance(value, list):
        many = 2 if key in WHOLE else 1
        kept: list[Any] = value[:many]  # pyright: ignore[reportUnknownVariableType] # plain JSON
        return [shortened(one) for one in kept]
    if isinstance(value, dict):
        items: list[tuple[str, Any]] = list(value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # plain JSON
        named = key in ("evidence", "statements") and len(items) > 1
        return {name: shortened(one, name) for name, one in items[: 1 if named else None]}
    return value


def main() -> None:
    """Ask for every example and write them all."""
    url = sys.argv[1]
    answers = {name: ask(url, address) for name, address in ADDRESSES.items()}
    answers |= {name: ask(url, address, sent) for name, (address, sent) in SENT.items()}
    for card, listed in CARDS.items():
        answers[card] = ask(url, f"/v1/{listed}/{answers[listed]['items'][0]['id']}")
    short = {name: shortened(answer) for name, answer in answers.items()}
    EXAMPLES.write_bytes(orjson.dumps(short, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
