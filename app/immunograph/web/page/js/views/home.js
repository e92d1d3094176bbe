// The first view: a search, and examples that work.

import { to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { h, put } from "../dom.js";
import { summaryOf } from "../frame.js";
import { sentenceForm } from "../sentence.js";
import { picker } from "../picker.js";
import { count } from "../words.js";

const EXAMPLES = [
  ["paclitaxel", "lung metastasis", "from a drug to spread, step by step, and what breaks the chain"],
  ["beta-interferon", "connection of the tumour to vessels", "directly, and through what immune cells make"],
  ["neutrophil", "metastasis", "several paths, some of them better founded than others"],
  ["neutrophil", "CCL2", "no path, and why there is none"],
];

const SHOWN = { source: "beta-interferon", target: "connection of the tumour to vessels" };
const ACROSS = "(min-width: 720px)";

export function key() {
  return "home";
}

export async function show(state, { go, signal }) {
  const graph = await graphCard();
  const one = picker({
    name: "entity",
    label: "An entity",
    placeholder: "e.g. annexin A6",
    onPick: (entity) => go(to("entity", { entity: entity.id })),
  });
  const sample = h("div", {});
  const node = h(
    "div",
    { class: "home" },
    h("h1", { tabindex: -1, class: "vh" }, "How does one thing affect another?"),
    sentenceForm({ go }),
    h("p", { class: "lead" }, "The answer is drawn: the causal chains from one to the other, through immune cells, molecules and treatments. Every step shows who says so, in what, how far it is to be believed, and what contradicts it."),
    h("h2", {}, "Try"),
    h("ul", { class: "examples" }, EXAMPLES.map(([source, target, what]) =>
      h("li", {}, h("a", { href: to("paths", { source, target }) },
        h("span", { class: "example" }, "How does ", h("b", {}, source), " affect ", h("b", {}, target), "?"),
        h("span", { class: "mut" }, what))))),
    h("h2", {}, "Or look at one thing"),
    h("form", {
      class: "inline",
      role: "search",
      "aria-label": "Look at one entity",
      on: {
        submit: (event) => {
          event.preventDefault();
          if (one.input.value.trim()) go(to("entity", { entity: one.input.value.trim() }));
        },
      },
    }, one.node, h("button", { type: "submit" }, "Look")),
    sample,
    graph && h("p", { class: "mut holds" },
      "The graph holds ", h("a", { href: to("graph") }, count(graph.statements, "statement")), " on ",
      count(graph.entities, "entity", "entities"), " from ",
      h("a", { href: to("sources") }, count(graph.sources, "source")), "; ",
      h("a", { href: to("conflicts") }, count(graph.conflicts, "pair")), " of them ",
      graph.conflicts === 1 ? "contradicts" : "contradict", " each other. Beliefs are set by experts, not calibrated."),
  );
  return { title: "How does one thing affect another?", node, drawn: () => showSample(sample, signal).catch(() => put(sample)) };
}

/** What an answer looks like; a graph without this one goes without. */
async function showSample(place, signal) {
  const answer = await ask("paths", SHOWN, { signal });
  if (answer.paths.length === 0) return;
  const [{ draw }, { legend }] = await Promise.all([import("../diagram.js"), import("../legend.js")]);
  const paths = answer.paths.map((path) => ({ ...path, interventions: [] }));
  const { picture, width } = draw(paths, {
    across: matchMedia(ACROSS).matches,
    hrefOf: {
      step: (step) => to("paths", { ...SHOWN, step: step.statement }),
      entity: (id) => to("entity", { entity: id }),
    },
  });
  picture.style.maxWidth = `${width}px`;
  put(place,
    h("h2", {}, "What an answer looks like"),
    h("section", { class: "card", "aria-label": "An example of an answer" },
      h("p", {}, h("a", { href: to("paths", SHOWN) }, `How does ${SHOWN.source} affect ${SHOWN.target}?`)),
      summaryOf(answer.summary),
      h("figure", { class: "drawing" },
        h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Diagram of the example" }, picture),
        legend(paths, {}))));
}
