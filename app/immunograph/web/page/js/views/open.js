// What nobody knows yet, most urgent first: in the whole graph, about one entity, in one answer.

import { link, pick, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { dataTable } from "../datatable.js";
import { h, listed } from "../dom.js";
import { elsewhere, heading } from "../frame.js";
import { picker } from "../picker.js";
import { address } from "../questions.js";
import { count, say } from "../words.js";

const ASKED = ["entity", "source", "target", "kind"];
const MOST = 50;

export function key(state) {
  return pick(state, ASKED).toString();
}

export async function show(state, { signal, go }) {
  const asked = set(pick(state, ASKED), { limit: MOST });
  const [answer, graph] = await Promise.all([ask("open-questions", asked, { signal }), graphCard()]);
  const { entity, source, target } = answer.question;
  const names = (some) => some.map((one) => one.name).join(" or ");
  const about = entity ? `about ${entity.name}` : source.length > 0 ? `in how ${names(source)} affects ${names(target)}` : null;
  const said = answer.summary ?? "What would be worth an experiment, most urgent first.";
  const node = h("div", {},
    heading(about ? `What is open ${about}?` : "What should be tested next?", said),
    h("div", { class: "chips tight" },
      !about && picker({ name: "about", label: "About one entity", placeholder: "about one entity…", onPick: (one) => go(link(set(state, { entity: one.id }))) }).node,
      about && h("a", { class: "chip taken", href: to("open") }, about, h("span", { class: "cross", "aria-hidden": "true" }, "✕")),
      source.length > 0 && h("a", { class: "chip", href: to("paths", { source: source.map((one) => one.id), target: target.map((one) => one.id) }) }, "the answer")),
    h("section", { class: "card" }, dataTable({
      label: "Open questions", noun: "open question", rows: answer.items, empty: "Nothing that is known to be open.",
      columns: [
        { name: "question", value: (one) => one.asks, cell: (one) => [h("b", {}, one.asks), h("span", { class: "mut small block" }, one.why)] },
        { name: "would settle it", value: (one) => one.settled_by.join(" "), cell: (one) => h("ul", { class: "plainlist tightlist" }, one.settled_by.map((text) => h("li", {}, text))) },
        { name: "tried", value: (one) => one.tried.map((tried) => tried.name).join(" "), cell: triedOf },
        { name: "kind", choose: "one", value: (one) => say(one.kind) },
        { name: "on", filter: "entity", choose: "one", value: (one) => one.entities.map((entity_) => entity_.name), cell: (one) =>
          listed(one.entities.map((entity_) => h("a", { class: "quiet", href: to("entity", { entity: entity_.id }) }, entity_.name))) },
        { name: "priority", value: (one) => one.priority, cell: (one) => one.priority.toFixed(2) },
      ],
    })),
    elsewhere({ json: address("open-questions", asked), file: "open-questions", graph, snapshot: answer.snapshot }));
  return { title: about ? `What is open ${about}?` : "Open questions", node, summary: said, snapshot: answer.snapshot };
}

/** The tests that came closest, the names folded, what each saw in its title. */
function triedOf(one) {
  if (one.tried.length === 0) return h("span", { class: "mut" }, "nothing");
  return h("details", { class: "twin" }, h("summary", {}, count(one.tried.length, "test")),
    h("ul", { class: "plainlist tightlist" }, one.tried.map((tried) =>
      h("li", {}, tried.name, h("span", { class: "mut" }, ` (${tried.paper}): ${tried.seen.join("; ")}`)))));
}
