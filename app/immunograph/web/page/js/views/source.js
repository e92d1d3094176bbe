// One source: what it says, what rests on it alone, and what was set aside.

import { to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading, table } from "../frame.js";
import { address, segment } from "../questions.js";
import { belief, count, say } from "../words.js";
import { intervention } from "./interventions.js";

export function key(state) {
  return state.get("id") ?? "";
}

export async function show(state, { signal }) {
  const id = (state.get("id") ?? "").replace(/^source:/, "");
  const [card, graph] = await Promise.all([ask(`sources/${segment(id)}`, {}, { signal }), graphCard()]);
  const alone = new Set(card.alone);
  const said = `${say(card.tier)}; ${count(card.statements.length, "statement")}, ${card.alone.length} of them on it alone; ${count(card.not_statements.length, "passage")} set aside.`;
  const facts = [
    card.outlet && `outlet: ${card.outlet}`,
    card.published && `published: ${card.published}`,
    card.licence && `licence: ${card.licence}`,
    card.document && `document: ${card.document.name}, ${card.document.characters} characters`,
    card.curator && `curated by ${card.curator}${card.curated ? `, ${card.curated}` : ""}`,
  ].filter(Boolean);
  const node = h("div", { class: "stack" },
    heading(card.title, said),
    h("section", { class: "card" },
      h("p", {}, card.study ? ["Reports ", h("a", { href: to("study", { id: card.study }) }, card.study)] : [h("strong", { class: "warn" }, "No study could be traced. "), card.study_note]),
      card.study && card.study_note && h("p", { class: "mut" }, card.study_note),
      facts.map((fact) => h("p", { class: "mut small" }, fact))),
    card.statements.length > 0 && h("section", { class: "card" },
      h("h2", {}, "What it says"),
      table(["statement", "status", "belief now", "studies", "alone"], card.statements.map((one) => [
        h("a", { href: to("statement", { id: one.id }) }, `${one.subject.name} ${one.phrase} ${one.object.name}`),
        `${say(one.status)}${one.class === "causal" ? "" : `, ${say(one.class)}`}`,
        belief(one.belief),
        String(one.studies),
        alone.has(one.id) ? h("span", { class: "tag" }, "on it alone") : "",
      ]), { label: "What it says" })),
    card.interventions.length > 0 && h("section", { class: "card" },
      h("h2", {}, "Interventions"),
      h("ul", { class: "rows" }, card.interventions.map((one) => intervention(one)))),
    card.not_statements.length > 0 && h("section", { class: "card" },
      h("h2", {}, "What was set aside, and why"),
      table(["why", "about", "characters"], card.not_statements.map((one) => [
        one.why, one.about.join(", "), one.start === null || one.start === undefined ? "" : `${one.start}–${one.end}`,
      ]), { label: "What was set aside" })),
    elsewhere({ json: address(`sources/${segment(id)}`), file: `source-${id}`, cypher: CYPHER.source(id), graph, snapshot: card.snapshot }));
  return { title: card.title, node, summary: said };
}
