// One study: its sources, its statements, and those that rest on it alone.

import { to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { address, segment } from "../questions.js";
import { belief, count, say, verbOf } from "../words.js";

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
  const sources = await Promise.all(card.sources.map((one) => ask(`sources/${segment(one)}`, {}, { signal })));
  const titles = new Map(sources.map((one) => [one.id, one.title]));
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
      h("p", {}, "Reported in: ", card.sources.flatMap((source, place) => [place ? ", " : "", h("a", { href: to("source", { id: source }) }, titles.get(source) ?? "a source")]))),
    h("section", { class: "card" },
      h("h2", {}, "What rests on it"),
      dataTable({ label: "What rests on it", noun: "statement", rows: statements.items, columns: [
        { name: "statement", value: (one) => `${one.subject.name} ${verbOf(one)} ${one.object.name}`, cell: (one) => h("a", { href: to("statement", { id: one.id }) }, `${one.subject.name} ${verbOf(one)} ${one.object.name}`) },
        { name: "sign", choose: "one", value: (one) => (one.sign > 0 ? "promotes" : one.sign < 0 ? "inhibits" : "without a sign") },
        { name: "status", choose: "one", value: (one) => say(one.status) },
        { name: "belief now", value: (one) => one.belief, cell: (one) => belief(one.belief) },
        { name: "studies", value: (one) => one.studies },
        { name: "alone", choose: "one", value: (one) => (alone.has(one.id) ? "falls without it" : ""), cell: (one) => alone.has(one.id) && h("span", { class: "tag warn" }, "falls without it") },
      ] })),
    elsewhere({ json: address(`studies/${segment(id)}`), file: `study-${id}`, cypher: CYPHER.study(id), graph, snapshot: card.snapshot }));
  return { title: card.title ?? card.id, node, summary: said, snapshot: card.snapshot };
}
