// The question as a sentence that can be written into.

import { link, now, set, viewOf } from "./address.js";
import { h } from "./dom.js";
import { picker } from "./picker.js";

/** *How does [source] affect [target]?*; asking keeps the filters and the further ends. */
export function sentenceForm({ source = "", target = "", go }) {
  const from = picker({ name: "source", label: "From", value: source, placeholder: "paclitaxel", onPick: () => to.input.focus() });
  const to = picker({ name: "target", label: "To", value: target, placeholder: "lung metastasis" });
  const ask = (a, b) => {
    const here = now();
    const kept = viewOf(here) === "paths" ? here : new URLSearchParams();
    const ends = { source: [a, ...kept.getAll("source").slice(1)], target: [b, ...kept.getAll("target").slice(1)] };
    go(link(set(kept, { view: "paths", ...ends, path: null, step: null })));
  };
  const send = () => {
    const [a, b] = [from.input, to.input].map((input) => input.value.trim());
    const missing = a ? (b ? null : to.input) : from.input;
    if (missing) missing.focus();
    else ask(a, b);
  };
  return h(
    "form",
    {
      class: "sentence",
      role: "search",
      "aria-label": "Ask how one thing affects another",
      on: {
        submit: (event) => {
          event.preventDefault();
          send();
        },
      },
    },
    h("span", {}, "How does"), from.node, h("span", {}, "affect"), to.node, h("span", { class: "mark" }, "?"),
    h("button", { type: "submit" }, "Ask"),
    source && target &&
      h("button", { type: "button", class: "plain", title: "Ask the other way round", on: { click: () => ask(target, source) } }, "⇄ turn round"),
  );
}
