// One study: its sources, its statements, and those that rest on it alone.

import { to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading, table } from "../frame.js";
import { address, segment } from "../questions.js";
import { belief, count, say } from "../words.js";

export function key(state) {
  return state.get("id") ?? "";
}

export async function show(state, { signal }) {
  const id = (state.get("id") ?? "").replace(/^study:/, "");
  const asked = { study: id, limit: 500 };
  const [card, statements, graph] = await Promise.all([
    ask(`studies/${segment(id)}`, {}, { signal }),
    ask("statements", asked, { signal }),
    graphCard(),
  ]);
  const alone = new Set(card.alone);
  const said = `${count(card.statements.length, "statement")} rest on it, ${card.alone.length} of them on it alone.`;
  const node = h("div", { class: "stack" },
    heading(card.title ?? card.id, said),
    h("section", { class: "card" },
      card.retracted && h("p", { class: "warn" }, h("strong", {}, "Retracted: "), card.retracted),
      card.citation && h("p", {}, card.citation),
      h("p", {},
        card.doi && h("a", { href: `https://doi.org/${card.doi}`, rel: "noopener" }, `doi:${card.doi}`),
        card.doi && card.pmid && " · ",
        card.pmid && h("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${card.pmid}/`, rel: "noopener" }, `PMID ${card.pmid}`),
        !card.doi && h("span", { class: "mut" }, " no DOI on record")),
      card.verified && h("p", { class: "mut small" }, card.verified),
      h("p", {}, "Reported in: ", card.sources.flatMap((source, place) => [place ? ", " : "", h("a", { href: to("source", { id: source }) }, source)]))),
    h("section", { class: "card" },
      h("h2", {}, "What rests on it"),
      table(["statement", "status", "belief now", "studies", "alone"], statements.items.map((one) => [
        h("a", { href: to("statement", { id: one.id }) }, `${one.subject.name} ${one.phrase} ${one.object.name}`),
        say(one.status),
        belief(one.belief),
        String(one.studies),
        alone.has(one.id) ? h("span", { class: "tag warn" }, "falls without it") : "",
      ]), { label: "What rests on it" })),
    elsewhere({ json: address(`studies/${segment(id)}`), file: `study-${id}`, cypher: CYPHER.study(id), graph, snapshot: card.snapshot }));
  return { title: card.title ?? card.id, node, summary: said };
}
