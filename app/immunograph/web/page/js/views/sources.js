// What is loaded: the sources and the studies behind them.

import { link, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading, table } from "../frame.js";
import { address } from "../questions.js";
import { count, say } from "../words.js";

const MOST = 500;

export function key(state) {
  return state.get("show") === "studies" ? "studies" : "sources";
}

export async function show(state, { signal }) {
  const what = key(state);
  const [answer, graph] = await Promise.all([ask(what, { limit: MOST }, { signal }), graphCard()]);
  const total = answer.total ?? answer.items.length;
  const said = what === "sources"
    ? `${count(total, "source")}: what each says, and what was set aside.`
    : `${count(total, "study", "studies")} behind the sources, and what rests on each alone.`;
  const tab = (name, label) => h("a", { class: `chip${what === name ? " on" : ""}`, href: link(set(state, { show: name === "sources" ? null : name })), "aria-current": what === name ? "true" : null }, label);
  const node = h("div", {},
    heading("Who says so?", said),
    h("div", { class: "tabs" }, tab("sources", "sources"), tab("studies", "studies")),
    h("section", { class: "card" }, what === "sources" ? sourcesTable(answer.items) : studiesTable(answer.items)),
    answer.next && h("p", { class: "cutnote" }, `These are the first ${MOST}; more exist.`),
    elsewhere({ json: address(what, { limit: MOST }), file: what, cypher: CYPHER.sources(), graph, snapshot: answer.snapshot }));
  return { title: what === "sources" ? "Sources" : "Studies", node, summary: said };
}

function sourcesTable(items) {
  return table(["source", "kind", "study", "statements", "interventions", "set aside"], items.map((one) => [
    h("a", { href: to("source", { id: one.id }) }, one.title),
    say(one.tier),
    one.study ? h("a", { href: to("study", { id: one.study }) }, one.study) : h("span", { class: "warn" }, "none traced"),
    String(one.statements.length),
    String(one.interventions.length),
    String(one.not_statements),
  ]), { label: "Sources" });
}

function studiesTable(items) {
  return table(["study", "DOI", "statements", "on it alone", "retracted"], items.map((one) => [
    h("a", { href: to("study", { id: one.id }) }, one.citation ?? one.title ?? one.id),
    one.doi ? h("a", { href: `https://doi.org/${one.doi}`, rel: "noopener" }, one.doi) : h("span", { class: "mut" }, "none on record"),
    String(one.statements.length),
    String(one.alone.length),
    one.retracted ?? "",
  ]), { label: "Studies" });
}
