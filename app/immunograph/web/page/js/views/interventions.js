// What was done, is proposed or is in use, on what, and what was seen.

import { link, pick, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { h } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { picker } from "../picker.js";
import { address } from "../questions.js";
import { count, say } from "../words.js";

const ASKED = ["entity", "status"];
const MOST = 300;

export function key(state) {
  return pick(state, ASKED).toString();
}

export async function show(state, { signal, go }) {
  const asked = set(pick(state, ASKED), { limit: MOST });
  const [answer, graph] = await Promise.all([ask("interventions", asked, { signal }), graphCard()]);
  const status = state.get("status");
  const chosen = (value) => h("a", {
    class: `chip${status === value ? " on" : ""}`,
    href: link(set(state, { status: value })),
    "aria-current": status === value ? "true" : null,
  }, value === null ? "all" : say(value));
  const said = `${count(answer.total ?? answer.items.length, "intervention")}${state.get("entity") ? ` on ${state.get("entity")}, or with an outcome on it` : ""}.`;
  const node = h("div", {},
    heading("Which interventions are known?", said),
    h("div", { class: "chips" }, [null, "tested", "proposed", "in_use"].map(chosen), h("span", { class: "gap" }),
      !state.get("entity") && picker({ name: "on", label: "On one entity", placeholder: "on one entity…", onPick: (entity) => go(link(set(state, { entity: entity.name }))) }).node,
      state.get("entity") && h("a", { class: "chip taken", href: link(set(state, { entity: null })), "aria-label": "On any entity" }, `on ${state.get("entity")}`, h("span", { class: "cross", "aria-hidden": "true" }, "✕"))),
    h("section", { class: "card spaced" },
      h("ul", { class: "rows pair" }, answer.items.map((one) => intervention(one, "h2")))),
    answer.next && h("p", { class: "cutnote" }, `These are the first ${MOST}; more exist.`),
    elsewhere({
      json: address("interventions", asked),
      file: "interventions",
      cypher: CYPHER.interventions(),
      query: { name: "interventions-tested", status: status ?? "tested" },
      graph,
      snapshot: answer.snapshot,
    }));
  return { title: "Interventions", node, summary: said };
}

/** One intervention: what it does to what, and each outcome. */
export function intervention(one, level = "h3") {
  const details = [
    one.agent && `agent: ${one.agent}`,
    one.mode && say(one.mode),
    one.condition,
    one.phase && say(one.phase),
  ].filter(Boolean);
  return h("li", {},
    h(level, {}, one.name),
    h("p", {},
      h("span", { class: `tag ${one.status === "tested" ? "strong" : ""}` }, say(one.status)), " ",
      one.change < 0 ? h("span", { class: "inhibits" }, "takes away ") : h("span", { class: "promotes" }, "adds "),
      h("a", { class: "quiet", href: to("entity", { entity: one.target.id }) }, one.target.name),
      one.process && ` (${say(one.process)})`,
      details.length > 0 && h("span", { class: "mut" }, ` · ${details.join(" · ")}`)),
    h("ul", { class: "plainlist" }, one.outcomes.map((outcome) =>
      h("li", {}, seenSign(outcome.observed), " ",
        outcome.on.id.includes(":")
          ? h("a", { class: "quiet", href: to("entity", { entity: outcome.on.id }) }, outcome.on.name)
          : h("a", { class: "quiet", href: to("statement", { id: outcome.on.id }) }, outcome.on.name),
        ` ${outcome.seen}`))),
    h("p", { class: "source" },
      one.evidence.map((evidence) => evidence.says).slice(0, 1), " ",
      h("a", { href: to("source", { id: one.source }) }, one.source),
      one.study && [" · ", h("a", { href: to("study", { id: one.study }) }, one.study)]));
}

function seenSign(observed) {
  if (observed === null) return h("span", { class: "mut", "aria-hidden": "true" }, "○");
  const [mark, kind] = observed > 0 ? ["▲", "promotes"] : observed < 0 ? ["▼", "inhibits"] : ["＝", "mut"];
  return h("span", { class: kind, "aria-hidden": "true" }, mark);
}
