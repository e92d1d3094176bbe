"""The questions from Python, asked of a running service.

    from immunograph.client import Client

    graph = Client("http://127.0.0.1:8000")
    answer = graph.paths("paclitaxel", "lung metastasis")
    answer.data["verdict"]["kind"], answer.pmids
    answer.to_pandas()

One method a question, with the names and defaults of the HTTP interface. An answer holds `data`,
the JSON with the types that OpenAPI describes; `raw`, the same without; and asks for the same
in another form where that is wanted. Answers are kept with their `ETag`, which stands for question
and snapshot: what was asked before is asked again, and comes over the wire only where the graph
has changed.
"""

from immunograph.client.answer import Answer
from immunograph.client.questions import Client, Evidence

__all__ = ["Answer", "Client", "Evidence"]
