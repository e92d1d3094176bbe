// One entity: what stands around it, what it influences, what influences it, and its loops.

import { link, pick, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { CYPHER } from "../cypher.js";
import { dataTable } from "../datatable.js";
import { h, listed, put } from "../dom.js";
import { evidencePanel } from "../evidence.js";
import { cutNotice, elsewhere, heading, twin } from "../frame.js";
import { legendAround } from "../legend.js";
import { address, aroundAsked, CHOOSING, MOST_AROUND, segment } from "../questions.js";
import { belief, count, denied, kindName, say, verbOf } from "../words.js";

const TABS = {
  around: "what stands around it",
  downstream: "what it influences",
  upstream: "what influences it",
  loops: "feedback loops",
};

function tabOf(state) {
  return Object.hasOwn(TABS, state.get("show") ?? "") ? state.get("show") : "around";
}

export function key(state) {
  return pick(state, ["entity", "show", "class", "max_steps", "limit", "effect", ...CHOOSING]).toString();
}

export async function show(state, context) {
  const name = state.get("entity") ?? "";
  const [card, graph] = await Promise.all([ask(`entities/${segment(name)}`, {}, context), graphCard()]);
  const tab = tabOf(state);
  const part = tab === "around"
    ? await around(state, card, graph, context)
    : tab === "loops"
      ? await loops(state, card, graph, context)
      : await influence(state, card, graph, context, tab);
  const away = set(new URLSearchParams([...state].filter(([name]) => !["find", "sort"].includes(name) && !name.startsWith("only-"))), { step: null, class: null, max_steps: null, limit: null, effect: null });
  const node = h("div", {},
    heading(card.name, about(card)),
    more(card),
    h("div", { class: "tabs", role: "group", "aria-label": "What to show" }, Object.entries(TABS).map(([id, label]) =>
      h("a", { class: `chip${tab === id ? " on" : ""}`, href: link(set(away, { show: id === "around" ? null : id })), "aria-current": tab === id ? "true" : null }, label)),
      h("a", { class: "chip", href: to("interventions", { entity: card.id }) }, "interventions on it"),
      h("a", { class: "chip", href: to("open", { entity: card.id }) }, "what is open")),
    part.node);
  return { title: card.name, node, summary: `${card.name}. ${part.said}`, drawn: part.drawn, snapshot: card.snapshot, update: part.update, leave: part.leave };
}

function about(card) {
  const names = [card.symbol !== card.name && card.symbol, ...card.synonyms].filter(Boolean);
  return [
    kindName(card.kind), " · ", h("span", { class: "mono" }, card.id),
    names.length > 0 && ` · also ${names.join(", ")}`,
  ].filter(Boolean);
}

function more(card) {
  const entity = (one) => h("a", { class: "quiet", href: to("entity", { entity: one.id }) }, one.name);
  const lines = [
    card.abstract && "A class: it may start or end a path, and never bridges one.",
    card.is_a.length > 0 && ["It is a kind of ", ...listed(card.is_a.map(entity)), "."],
    card.members?.length > 0 && ["Its kinds: ", ...listed(card.members.map(entity)), "."],
    card.note,
  ].filter(Boolean);
  const cautions = card.cautions.flatMap((one) => (one.says ?? []).map((text) => [text, one.human_unknown]));
  if (lines.length + cautions.length === 0) return null;
  return h("div", { class: "about" },
    lines.map((line) => h("p", {}, line)),
    cautions.map(([text, unknown]) => h("p", {}, h("strong", { class: "warn" }, unknown ? "Unknown in humans. " : "Mind: "), text)));
}

// --- what stands around it -----------------------------------------------------------------------

async function around(state, card, graph, { signal, go }) {
  const asked = aroundAsked(state);
  const [answer, library] = await Promise.all([
    ask("statements", asked, { signal }),
    import("../neighbourhood.js"),
  ]);
  const statements = answer.items;
  const others = new Set(statements.flatMap((one) => [one.subject.id, one.object.id])).size - 1;
  const total = answer.total ?? statements.length;
  const said = `${count(total, "statement")} with ${count(Math.max(0, others), "other entity", "other entities")}.`;
  const cls = state.get("class");
  const box = h("div", { class: "mapbox", role: "img", "aria-label": `Map of ${card.name} and what stands around it; the table below says the same.` });
  const panel = h("div", { class: "evidence-place" });
  // On paper the map is a picture in the colours of paper.
  const printed = h("div", { class: "printed", "aria-hidden": "true" });
  const onPrint = () => map && put(printed, map.picture());
  let map = null;
  const tool = (label, text, act) => h("button", { type: "button", "aria-label": label, title: label, on: { click: act } }, text);
  const filter = (value, label) => h("a", { class: `chip${cls === value ? " on" : ""}`, href: link(set(state, { class: value, step: null })), "aria-current": cls === value ? "true" : null }, label);
  const rows = () => dataTable({
    label: `Statements on ${card.name}`, noun: "statement", rows: statements,
    columns: [
      { name: "subject", choose: "one", value: (one) => one.subject.name },
      { name: "does", value: verbOf, cell: (one) => h("a", { href: link(set(state, { step: one.id })) }, verbOf(one)) },
      { name: "object", choose: "one", value: (one) => one.object.name },
      { name: "sign", choose: "one", value: (one) => (denied(one) ? "none" : one.sign > 0 ? "+" : one.sign < 0 ? "−" : say(one.class)) },
      { name: "belief", value: (one) => one.belief, cell: (one) => belief(one.belief) },
      { name: "studies", value: (one) => one.studies },
      { name: "status", choose: "one", value: (one) => say(one.status) },
      { name: "in humans", choose: "one", value: (one) => one.human_says },
    ],
  });
  const open = async (next, { signal: until = signal, moved = false } = {}) => {
    const id = next.get("step");
    map?.select(id);
    if (!id) {
      put(panel);
      return;
    }
    const { panel: found } = await evidencePanel(id, { graph, signal: until });
    found.prepend(h("a", { class: "close", href: link(set(next, { step: null })), "aria-label": "Close the evidence" }, "✕"));
    put(panel, found);
    if (moved) {
      found.querySelector("h2")?.focus({ preventScroll: true });
      found.scrollIntoView({ block: "nearest" });
    }
  };
  const draw = () => {
    map?.destroy();
    map = library.drawNeighbourhood(box, {
      entity: card,
      statements,
      onStep: (id) => go(link(set(new URLSearchParams(location.search), { step: id }))),
      onEntity: (id) => id !== card.id && go(to("entity", { entity: id })),
    });
    // For the tests and the curious: the map that is shown.
    box.map = map;
  };
  const node = h("div", {},
    h("div", { class: "chips tight", role: "group", "aria-label": "Class of statements" }, filter(null, "all"), filter("causal", "causal"), filter("structural", "structural"), filter("association", "associations")),
    h("section", { class: "card" },
      h("p", { class: "summary" }, said),
      answer.next && h("p", { class: "cutnote" }, `The first ${MOST_AROUND} of ${total} are drawn, the most believed.`),
      statements.length > 0 && h("div", { class: "mapframe" }, box, printed, h("div", { class: "maptools" },
        tool("Zoom in", "+", () => map.zoom(1.3)), tool("Zoom out", "−", () => map.zoom(1 / 1.3)), tool("fit: show all", "fit", () => map.fit()))),
      statements.length > 0 && legendAround(statements),
      h("p", { class: "mut small" }, h("span", { class: "beside" }, "What acts on it stands left, what it acts on right. "), h("span", { class: "stacked" }, "What acts on it stands above, what it acts on below. "), "Take hold of anything to move it; a click opens it."),
      twin("The same as a table", rows)),
    panel,
    elsewhere({
      json: address("statements", asked), file: `around-${card.name}`.replaceAll(/[^\w-]+/g, "-"),
      cypher: CYPHER.entity(card.id), query: { name: "neighbourhood", entity: card.id }, graph, snapshot: answer.snapshot,
      picture: statements.length ? () => pictureOf(map, card.name, said, answer.snapshot) : null,
    }));
  addEventListener("beforeprint", onPrint);
  return {
    node,
    said,
    drawn: async () => {
      if (statements.length) draw();
      if (state.has("step")) await open(state);
    },
    update: (next, given) => open(next, given),
    leave: () => {
      removeEventListener("beforeprint", onPrint);
      map?.destroy();
    },
  };
}

function pictureOf(map, name, said, snapshot) {
  const svg = map.picture();
  const room = document.getElementById("darkroom");
  put(room, svg); // looks are computed only for what stands in the page
  return { svg, caption: [name, said], source: `immunograph, snapshot ${snapshot.slice(0, 16)}` };
}

// --- influence -------------------------------------------------------------------------------------

async function influence(state, card, graph, { signal }, direction) {
  const asked = set(pick(state, ["entity", "max_steps", "limit", "effect", ...CHOOSING]), { direction });
  const answer = await ask("influence", asked, { signal });
  const down = direction === "downstream";
  const items = answer.items;
  const plus = items.filter((one) => one.effect === "promotes").length;
  const said = items.length === 0
    ? `Nothing that is known ${down ? "follows from it" : "acts on it"} within ${answer.question.max_steps} steps.`
    : `${down ? "It reaches" : "It is reached by"} ${count(new Set(items.map((one) => one.entity.id)).size, "entity", "entities")} within ${answer.question.max_steps} steps: ${plus} promoted, ${items.length - plus} inhibited.`;
  const steps = (number) => h("a", { class: `chip${answer.question.max_steps === number ? " on" : ""}`, href: link(set(state, { max_steps: number })), "aria-current": answer.question.max_steps === number ? "true" : null }, `≤ ${number}`);
  const ends = (one) => (down ? { source: card.id, target: one.entity.id } : { source: one.entity.id, target: card.id });
  const node = h("div", {},
    h("div", { class: "chips tight", role: "group", "aria-label": "Most steps" }, h("span", { class: "mut small" }, "steps"), [1, 2, 3, 4, 6, 8].map(steps)),
    h("section", { class: "card" },
      h("p", { class: "summary" }, said),
      cutNotice(answer, { more: h("a", { href: link(set(state, { limit: Math.min(1000, (answer.question.limit ?? 50) * 4) })) }, "Show more") }),
      dataTable({
        label: said, noun: "row", rows: items, empty: " ",
        columns: [
          { name: "entity", value: (one) => one.entity.name, cell: (one) => h("a", { class: "quiet", href: to("entity", { entity: one.entity.id, show: direction }) }, one.entity.name) },
          { name: "effect", choose: "one", value: (one) => one.effect, cell: (one) => h("span", { class: one.effect }, one.effect === "promotes" ? "→ promotes" : "⊣ inhibits") },
          { name: "belief", value: (one) => one.belief, cell: (one) => belief(one.belief) },
          { name: "steps", choose: "one", value: (one) => one.steps },
          { name: "via", value: (one) => (one.via_names ?? one.via).join(", "), cell: (one) => (one.via_names ?? one.via).join(", ") || h("span", { class: "mut" }, "directly") },
          { name: "see", value: () => "", cell: (one) => h("a", { href: to("paths", ends(one)), "aria-label": `Paths ${down ? "to" : "from"} ${one.entity.name}` }, "paths") },
        ],
      })),
    elsewhere({
      json: address("influence", asked), file: `${direction}-${card.name}`.replaceAll(/[^\w-]+/g, "-"),
      cypher: CYPHER.entity(card.id), query: down ? { name: "influence-downstream", entity: card.id } : null, graph, snapshot: answer.snapshot,
    }));
  return { node, said };
}

// --- loops -----------------------------------------------------------------------------------------

async function loops(state, card, graph, { signal }) {
  const asked = pick(state, ["entity", "max_steps", "limit", ...CHOOSING]);
  const answer = await ask("loops", asked, { signal });
  const said = answer.summary;
  const node = h("div", {},
    h("section", { class: "card" },
      h("p", { class: "summary" }, said),
      cutNotice(answer),
      h("ul", { class: "rows" }, answer.items.map((loop) =>
        h("li", {},
          h("h2", {}, loop.kind, " ", h("span", { class: "mut" }, `belief ${belief(loop.belief)}, ${count(loop.steps.length, "step")}`)),
          h("p", {}, loop.steps.map((step) => [
            h("a", { class: "quiet", href: to("entity", { entity: step.subject.id }) }, step.subject.name), " ",
            h("a", { class: step.sign < 0 ? "inhibits" : step.sign > 0 ? "promotes" : "mut", href: to("statement", { id: step.statement }) }, step.sign < 0 ? `⊣ ${verbOf(step)}` : `→ ${verbOf(step)}`), " ",
          ]), h("b", {}, loop.steps[0].subject.name)))))),
    elsewhere({
      json: address("loops", asked), file: `loops-${card.name}`.replaceAll(/[^\w-]+/g, "-"),
      cypher: answer.items.length ? CYPHER.steps([...new Set(answer.items.flatMap((loop) => loop.steps.map((step) => step.statement)))]) : CYPHER.entity(card.id),
      query: { name: "feedback-loops", entity: card.id }, graph, snapshot: answer.snapshot,
    }));
  return { node, said };
}
