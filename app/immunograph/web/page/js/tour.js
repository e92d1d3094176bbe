// A tour of one answer: what each part of it says, one after the other.

import { amend } from "./address.js";
import { h, put } from "./dom.js";

const STOPS = [
  [".answer .summary", "The verdict", "The first words say how one affects the other, and what that rests on: an experiment from end to end, one statement, a chain, or press alone."],
  [".balance", "For and against", "The best path of each sign, side by side. A longer bar is better believed. Where both are strong, something may tell them apart: a state, a site, a time."],
  [".stage", "The picture", "Every path from left to right. An arrow promotes, a bar inhibits; the thicker, the more believed. Choose a line to see who says so. Plus and minus look closer."],
  [".cuts", "Interventions", "What was done to cut this path, or is proposed. Those measured at its end come first."],
  [".pathlist", "The paths", "Each path as a chain of signs. Its belief is the product of those of its steps; the weakest step is one click away."],
  [".breaks", "What breaks every path", "Without any one of these no path is left. Knock one out, and the question is asked again without it."],
  [".references", "The papers", "All that the answer rests on, in order, for your reference manager."],
  [".elsewhere", "Take it away", "The same as files and as a picture; a link and a citation that name the snapshot; a report, if you find a sign or a source that is wrong."],
];

/** Lead through what stands in `root`; parts that are not there are passed by. */
export function startTour(root) {
  const stops = STOPS.map(([selector, ...words]) => [root.querySelector(selector), ...words])
    .filter(([part]) => part && part.offsetParent !== null);
  let at = 0;
  const box = h("section", { class: "tour card", role: "dialog", "aria-labelledby": "tour-title", tabindex: -1 });
  const leave = () => {
    for (const [part] of stops) part.classList.remove("toured");
    box.remove();
    amend({ tour: null });
  };
  const show = (number) => {
    stops[at][0].classList.remove("toured");
    at = number;
    const [part, title, text] = stops[at];
    part.classList.add("toured");
    part.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    put(box,
      h("h2", { id: "tour-title" }, title, h("span", { class: "mut" }, ` ${at + 1} of ${stops.length}`)),
      h("p", {}, text),
      h("p", { class: "actions" },
        at > 0 && h("button", { type: "button", on: { click: () => show(at - 1) } }, "Back"),
        at < stops.length - 1 && h("button", { type: "button", on: { click: () => show(at + 1) } }, "Next"),
        h("button", { type: "button", class: "plain", on: { click: leave } }, "End the tour")));
    box.focus({ preventScroll: true });
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    if (event.key === "ArrowRight" && at < stops.length - 1) show(at + 1);
    if (event.key === "ArrowLeft" && at > 0) show(at - 1);
  });
  root.append(box);
  show(0);
}
