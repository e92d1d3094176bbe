// Which questions this browser watches, each with the snapshot at which it was last looked at.

import { h, put } from "./dom.js";
import { announce } from "./notice.js";

const PLACE = "immunograph.watched";

/** All that are watched: {question, page, title, snapshot, at}, the newest first. */
export function watched() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // what another program wrote there, or a browser that keeps nothing
  }
}

/** A button that watches a question, or watches it no more. */
export function watchButton(asked) {
  const button = h("button", { type: "button", class: "plain", on: { click: () => {
    if (isWatched(asked.question)) forget(asked.question);
    else watch(asked);
    say();
    announce(isWatched(asked.question) ? "Watched: see Watched for what becomes of the answer." : "Watched no more.");
  } } });
  const say = () => put(button, isWatched(asked.question) ? "watch no more" : "watch");
  say();
  return button;
}

function isWatched(question) {
  return watched().some((one) => one.question === question);
}

/** Watch a question from a snapshot on. */
function watch({ question, page, title, snapshot }) {
  keep([{ question, page, title, snapshot, at: new Date().toISOString() }, ...without(question)]);
}

/** Watch a question no more. */
export function forget(question) {
  keep(without(question));
}

/** What changes from this snapshot on is new. */
export function look(question, snapshot) {
  keep(watched().map((one) => (one.question === question ? { ...one, snapshot, at: new Date().toISOString() } : one)));
}

function without(question) {
  return watched().filter((one) => one.question !== question);
}

function keep(questions) {
  localStorage.setItem(PLACE, JSON.stringify(questions));
}
