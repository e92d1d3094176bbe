// The query catalogue.

import { to } from "../address.js";
import { graphCard } from "../api.js";
import { catalogue } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { address } from "../questions.js";
import { count } from "../words.js";

export function key() {
  return "";
}

export async function show(state, { signal }) {
  const [answer, graph] = await Promise.all([catalogue({ signal }), graphCard()]);
  const said = `${count(answer.items.length, "question")} to the graph in Cypher: run them here, or in Neo4j Browser.`;
  const node = h("div", {},
    heading("The query catalogue", said),
    h("section", { class: "card" },
      h("ul", { class: "rows" }, answer.items.map((query) =>
        h("li", {},
          h("h2", {}, h("a", { href: to("query", { name: query.name }) }, query.title)),
          h("p", { class: "mut" }, query.description),
          h("p", { class: "tags" }, query.columns.map((column) => h("span", { class: "tag" }, column))))))),
    elsewhere({ json: address("queries"), file: "queries", graph, snapshot: answer.snapshot }));
  return { title: "Query catalogue", node, summary: said };
}
