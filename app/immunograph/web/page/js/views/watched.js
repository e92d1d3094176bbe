// Questions that are watched: how their answers changed since they were last looked at, and by what.

import { to } from "../address.js";
import { ask, graphCard, Problem } from "../api.js";
import { h, put } from "../dom.js";
import { heading } from "../frame.js";
import { address } from "../questions.js";
import { when } from "../words.js";
import { forget, look, watched } from "../watching.js";

export function key() {
  return "watched";
}

export async function show(state, { signal }) {
  const graph = await graphCard();
  const list = h("div", { class: "stack" });
  const fill = async () => {
    const questions = watched();
    if (questions.length === 0) {
      put(list, h("section", { class: "card" }, h("p", {}, "Nothing is watched yet. Below an answer, ", h("em", {}, "watch"), " keeps the question in this browser, and this page says when its answer changes.")));
      return;
    }
    put(list, await Promise.all(questions.map((one) => card(one, { signal, fill }))));
  };
  await fill();
  const node = h("div", {},
    heading("What changed?", "Questions that are watched in this browser, and what became of their answers since you last looked."), list);
  return { title: "Watched questions", node, summary: "Watched questions", snapshot: graph?.snapshot };
}

async function card(one, { signal, fill }) {
  const feed = address("changes", { since: one.snapshot, question: one.question, format: "atom" });
  const stop = h("button", { type: "button", class: "plain", on: { click: () => {
    forget(one.question);
    fill();
  } } }, "watch no more");
  let found;
  try {
    found = await ask("changes", { since: one.snapshot, question: one.question }, { signal });
  } catch (error) {
    if (!(error instanceof Problem) || error.away) throw error;
    // The graph may no longer know what was asked about.
    return h("section", { class: "card", "aria-label": one.title },
      h("h2", {}, one.title), h("p", { class: "warn" }, "It can no longer be asked. ", error.message), h("p", { class: "actions" }, stop));
  }
  const { answer } = found;
  const changed = answer !== null && (answer.before.says !== answer.after.says || answer.gained.length + answer.lost.length > 0);
  const sources = found.items.flatMap((turn) => turn.sources);
  return h("section", { class: "card", "aria-label": one.title },
    h("h2", {}, h("a", { href: one.page }, one.title)),
    h("p", { class: changed ? "warn" : "mut" }, changed ? "Its answer has changed." : "Its answer is as it was.", h("span", { class: "mut" }, ` Last looked at ${when(one.at)}.`)),
    !found.known && h("p", { class: "mut" }, found.summary),
    changed && h("dl", { class: "terms" },
      h("dt", {}, "before"), h("dd", {}, answer.before.says),
      h("dt", {}, "now"), h("dd", {}, answer.after.says),
      answer.gained.length > 0 && [h("dt", {}, "gained"), h("dd", {}, h("ul", {}, answer.gained.map((text) => h("li", {}, text))))],
      answer.lost.length > 0 && [h("dt", {}, "lost"), h("dd", {}, h("ul", {}, answer.lost.map((text) => h("li", {}, text))))]),
    changed && sources.length > 0 && h("p", {}, "By: ", sources.map((source, place) => [place > 0 && ", ", sourceOf(source)])),
    h("p", { class: "actions" },
      h("button", { type: "button", on: { click: () => {
        look(one.question, found.snapshot);
        fill();
      } } }, "I have seen it"),
      stop,
      h("a", { href: feed }, "Atom feed")));
}

/** A source of a change as a link, with what was done to it; one that was withdrawn has no page. */
function sourceOf({ id, title, did }) {
  const name = title ?? id.replaceAll("-", " ");
  const page = id.startsWith("study:") ? to("study", { id: id.slice(6) }) : to("source", { id });
  return [did === "withdrawn" ? name : h("a", { href: page }, name), did && h("span", { class: "mut" }, ` (${did})`)];
}
