// One source: what it says, what rests on it alone, and what was set aside.

import { to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h } from "../dom.js";
import { elsewhere, heading, table } from "../frame.js";
import { identifiers, namesOf } from "../papers.js";
import { address, segment } from "../questions.js";
import { belief, count, say, verbOf } from "../words.js";
import { interventionTable } from "./interventions.js";

export function key(state) {
  return state.get("id") ?? "";
}

export async function show(state, { signal }) {
  const id = (state.get("id") ?? "").replace(/^source:/, "");
  const [card, graph] = await Promise.all([ask(`sources/${segment(id)}`, {}, { signal }), graphCard()]);
  const alone = new Set(card.alone);
  const paper = card.references.find((one) => one.study === card.study);
  const said = `${say(card.tier)}; ${count(card.statements.length, "statement")}, ${card.alone.length} of them on it alone; ${count(card.not_statements.length, "passage")} set aside.`;
  const facts = [
    card.outlet && `outlet: ${card.outlet}`,
    card.published && `published: ${card.published}`,
    card.licence && `licence: ${card.licence}`,
    card.document?.characters && `document of ${card.document.characters} characters`,
    card.curator && `curated by ${card.curator}${card.curated ? `, ${card.curated}` : ""}`,
  ].filter(Boolean);
  const node = h("div", { class: "stack" },
    heading(card.title, said),
    h("section", { class: "card" },
      h("p", {}, card.study ? ["Reports ", h("a", { href: to("study", { id: card.study }) }, paper?.citation ?? "a study"), paper && [" · ", identifiers(paper)]] : [h("strong", { class: "warn" }, "No study could be traced. "), card.study_note]),
      card.study && card.study_note && h("p", { class: "mut" }, card.study_note),
      facts.map((fact) => h("p", { class: "mut small" }, fact))),
    card.statements.length > 0 && h("section", { class: "card" },
      h("h2", {}, "What it says"),
      dataTable({ label: "What it says", noun: "statement", rows: card.statements, columns: [
        { name: "statement", value: (one) => `${one.subject.name} ${verbOf(one)} ${one.object.name}`, cell: (one) => h("a", { href: to("statement", { id: one.id }) }, `${one.subject.name} ${verbOf(one)} ${one.object.name}`) },
        { name: "it", filter: "role", choose: "one", value: (one) => rolesOf(one).map(([role]) => role), cell: (one) => rolesOf(one).map(([role, kind]) => h("span", { class: `tag ${kind}` }, role)) },
        { name: "says", value: (one) => one.said.map((passage) => passage.says).join(" ") },
        { name: "class", choose: "one", value: (one) => say(one.class) },
        { name: "belief now", value: (one) => one.belief, cell: (one) => belief(one.belief) },
        { name: "studies", value: (one) => one.studies },
        { name: "alone", choose: "one", value: (one) => (alone.has(one.id) ? "on it alone" : "") },
      ] })),
    card.interventions.length > 0 && h("section", { class: "card" },
      h("h2", {}, "Interventions"),
      interventionTable(card.interventions, namesOf(card.references), card.references)),
    card.not_statements.length > 0 && h("section", { class: "card" },
      h("h2", {}, "What was set aside, and why"),
      table(["why", "about", "characters"], card.not_statements.map((one) => [
        one.why, one.about.join(", "), one.start === null || one.start === undefined ? "" : `${one.start}–${one.end}`,
      ]), { label: "What was set aside" })),
    elsewhere({ json: address(`sources/${segment(id)}`), file: `source-${id}`, cypher: CYPHER.source(id), graph, snapshot: card.snapshot }));
  return { title: card.title, node, summary: said, snapshot: card.snapshot };
}

/** What a source does to a statement: [word, class of its tag], each once. */
function rolesOf({ said }) {
  const found = new Map(said.map(({ role, no_change: unchanged }) => {
    if (role === "refutes") return unchanged ? ["saw no change", "warn"] : ["refutes", "inhibits"];
    return role === "supports" ? ["supports", "promotes"] : ["qualifies", ""];
  }));
  return [...found];
}
