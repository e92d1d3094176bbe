// What the graph holds now, what each load changed, and what changed since another snapshot.

import { link, set, to } from "../address.js";
import { ask } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading, table } from "../frame.js";
import { address } from "../questions.js";
import { belief, count, grouped, say, when } from "../words.js";

const MOST = 300;
const SHOWN = 150;

export function key(state) {
  return state.get("since") ?? "";
}

export async function show(state, { signal }) {
  const [card, loads] = await Promise.all([ask("snapshot", {}, { signal }), ask("loads", { limit: MOST }, { signal })]);
  const since = state.get("since");
  const said = `${count(card.statements, "statement")} on ${count(card.entities, "entity", "entities")} from ${count(card.sources, "source")}.`;
  const node = h("div", { class: "stack" },
    heading("What the graph holds", said),
    h("dl", { class: "numbers" }, ["entities", "statements", "evidence", "sources", "studies", "interventions", "conflicts"].map((name) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, grouped(card[name]))))),
    h("section", { class: "card" },
      h("h2", {}, "Snapshot"),
      h("p", { class: "mono" }, card.snapshot),
      h("p", { class: "mut" }, `Loaded ${when(card.loaded_at)}. Version ${card.version}. The same content always has the same snapshot, and every answer names the one it was given from.`),
      h("p", {}, "By class: ", Object.entries(card.by_class).map(([name, number]) => `${say(name)} ${number}`).join(", ")),
      h("p", {}, "By status: ", Object.entries(card.by_status).map(([name, number]) => `${say(name)} ${number}`).join(", "))),
    h("section", { class: "card" },
      h("h2", {}, "Take it away"),
      h("p", { class: "mut" }, "The whole graph in the formats of the field. The manifest of each says what it holds and what had no place in it."),
      table(["format", "file", "manifest"], (card.formats ?? []).map((one) => [
        one.title,
        h("a", { href: address("export", { format: one.name }), download: "" }, `${one.name} (.${one.ending})`),
        h("a", { href: address("export", { format: one.name, manifest: true }), "aria-label": `manifest of ${one.name}` }, "manifest"),
      ]), { label: "Formats of the whole graph" })),
    since && changes(since, loads.items, card.snapshot),
    h("section", { class: "card" },
      h("h2", {}, "Loads, the newest first"),
      table(["source", "when", "by", "added", "removed", "changed", "since"], loads.items.map((one) => [
        h("a", { href: to("source", { id: one.source }) }, one.source),
        when(one.at), one.by,
        String(one.added.length), String(one.removed.length), String(one.changed.length),
        one.before ? h("a", { href: link(set(state, { since: one.before })), "aria-label": `changes since before ${one.source} was loaded` }, "changes since") : "",
      ]), { label: "Loads" }),
      loads.next && h("p", { class: "cutnote" }, `These are the last ${MOST}; more exist.`)),
    elsewhere({ json: address("snapshot"), file: "snapshot", cypher: CYPHER.snapshot(), snapshot: card.snapshot, graph: card,
      said: h("a", { href: address("loads", { limit: MOST }) }, "JSON of the loads") }));
  return { title: "The graph", node, summary: said };
}

/** What all loads since a snapshot changed together: first belief before, last belief after. */
function changes(since, loads, now) {
  const first = loads.findIndex((one) => one.before?.startsWith(since));
  if (first < 0) {
    return h("section", { class: "card", id: "since" },
      h("h2", {}, "Since another snapshot"),
      h("p", {}, now.startsWith(since) ? "That is the present snapshot." : "No load starts from that snapshot; choose one in the list below."));
  }
  const found = new Map();
  const touch = (id, before, after) => {
    const one = found.get(id) ?? { id, before };
    found.set(id, { ...one, after });
  };
  for (const load of loads.slice(0, first + 1).reverse()) {
    for (const one of load.added) touch(one.id, null, one.belief);
    for (const one of load.changed) touch(one.id, one.before, one.after);
    for (const one of load.removed) touch(one.id, one.belief ?? null, null);
  }
  const all = [...found.values()].filter((one) => one.before !== one.after);
  const kind = (one) => (one.before === null ? "added" : one.after === null ? "removed" : "changed");
  return h("section", { class: "card", id: "since" },
    h("h2", {}, `Since snapshot ${since.slice(0, 8)}`),
    h("p", {}, ["added", "removed", "changed"].map((name) => `${all.filter((one) => kind(one) === name).length} ${name}`).join(", "), ", by ", count(first + 1, "load"), "."),
    all.length > SHOWN && h("p", { class: "cutnote" }, `The first ${SHOWN} of ${all.length} are shown.`),
    table(["statement", "what", "belief before", "belief now"], all.slice(0, SHOWN).map((one) => [
      one.after === null ? h("span", { class: "mono" }, one.id) : h("a", { class: "mono", href: to("statement", { id: one.id }) }, one.name ?? one.id),
      kind(one),
      one.before === null ? "" : belief(one.before),
      one.after === null ? "" : belief(one.after),
    ]), { label: "Statements that changed" }));
}
