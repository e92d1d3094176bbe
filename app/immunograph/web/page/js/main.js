// The page: reads the address, asks, shows; and keeps what was shown while the service is away.

import { isShown, noteShown, now, to, viewOf } from "./address.js";
import { ask, forgetGraphCard, graphCard, Problem } from "./api.js";
import { h, put } from "./dom.js";
import { forgetEarly } from "./first.js";
import { movedOn, problemCard } from "./frame.js";
import { announce } from "./notice.js";
import { sentenceForm } from "./sentence.js";
import { count } from "./words.js";

const VIEWS = {
  home: () => import("./views/home.js"),
  paths: () => import("./views/paths.js"),
  entity: () => import("./views/entity.js"),
  statement: () => import("./views/statement.js"),
  conflicts: () => import("./views/conflicts.js"),
  conflict: () => import("./views/conflict.js"),
  interventions: () => import("./views/interventions.js"),
  sources: () => import("./views/sources.js"),
  source: () => import("./views/source.js"),
  study: () => import("./views/study.js"),
  queries: () => import("./views/queries.js"),
  query: () => import("./views/query.js"),
  graph: () => import("./views/graph.js"),
  list: () => import("./views/list.js"),
  open: () => import("./views/open.js"),
  watched: () => import("./views/watched.js"),
  help: () => import("./views/help.js"),
};
const SHELF = { source: "sources", study: "sources", conflict: "conflicts", query: "queries" };
const SLOW = 350; // milliseconds until waiting is shown

const view = document.getElementById("view");
const progress = document.getElementById("progress");
const notice = document.getElementById("notice");
let current = { key: null, name: null, update: null };
let running = null;
let retry = { timer: 0, times: 0 };

/** Go to a link of this page. */
export function go(href) {
  history.pushState(null, "", href);
  render({ moved: true });
}

async function render({ moved = false } = {}) {
  const state = now();
  noteShown();
  const name = Object.hasOwn(VIEWS, viewOf(state)) ? viewOf(state) : null;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  stopRetrying();
  const waiting = setTimeout(() => showProgress(mine), SLOW);
  try {
    if (name === null) {
      throw new Problem({ title: "No such view", detail: `There is no view '${viewOf(state)}'.`, status: 404 });
    }
    const module = await loaded(name);
    const key = `${name}?${module.key(state)}`;
    if (key === current.key && current.update && notice.hidden) {
      await current.update(state, { signal: mine.signal, moved });
    } else {
      const shown = await module.show(state, { signal: mine.signal, go });
      if (mine.signal.aborted) return;
      const fresh = current.name !== name;
      current.leave?.();
      put(view, movedOn(state, shown.snapshot), shown.node);
      shown.drawn?.();
      afterPaint(() => performance.mark("drawn"));
      current = { key, name, update: shown.update ?? null, leave: shown.leave ?? null };
      document.title = `${shown.title} · immunograph`;
      mark(name);
      settle({ fresh, moved, summary: shown.summary });
    }
    recovered();
  } catch (error) {
    if (mine.signal.aborted) return;
    if (error instanceof Problem && error.away) away(error);
    else failed(error, state);
  } finally {
    clearTimeout(waiting);
    if (running === mine) hideProgress();
  }
}

/** The module of a view. Throws Problem where it cannot be fetched now. */
async function loaded(name) {
  try {
    return await VIEWS[name]();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Browsers remember that a module failed; a fresh page forgets, and the address keeps the question.
    throw new Problem({ title: "The service does not answer", status: 0, reload: true });
  }
}

/** Do something once what was put into the page has been painted. */
function afterPaint(act) {
  requestAnimationFrame(() => setTimeout(act));
}

/** Where the focus and the page go once a view stands. */
function settle({ fresh, moved, summary }) {
  if (summary) announce(summary);
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && view.contains(named)) {
    named.scrollIntoView();
    return;
  }
  if (!moved) return;
  if (fresh) scrollTo(0, 0);
  if (fresh || document.activeElement === document.body || !document.activeElement?.isConnected) {
    view.querySelector("h1")?.focus({ preventScroll: true });
  }
}

function mark(name) {
  for (const one of document.querySelectorAll("nav [data-view]")) {
    const here = one.dataset.view === (SHELF[name] ?? name) || (one.dataset.view === "home" && ["home", "paths", "list"].includes(name));
    if (here) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
}

// --- waiting -----------------------------------------------------------------------------------

function showProgress(mine) {
  view.setAttribute("aria-busy", "true");
  progress.hidden = false;
  put(progress,
    h("span", {}, "Asking…"),
    h("button", { type: "button", class: "plain", on: { click: () => cancel(mine) } }, "cancel"));
}

function hideProgress() {
  view.removeAttribute("aria-busy");
  progress.hidden = true;
}

function cancel(mine) {
  mine.abort();
  hideProgress();
  announce("Cancelled.");
  if (current.key === null) {
    put(view, h("section", { class: "card" },
      h("h1", { tabindex: -1 }, "Cancelled"),
      h("p", { class: "actions" },
        h("button", { type: "button", on: { click: () => render() } }, "Ask again"),
        h("a", { href: "./" }, "Ask something else"))));
  }
}

// --- what went wrong -----------------------------------------------------------------------------

function failed(error, state) {
  const problem = error instanceof Problem ? error : new Problem({ title: "The page met an error", detail: String(error?.message ?? error) });
  current.leave?.();
  current = { key: null, name: null, update: null };
  const again = viewOf(state) === "paths"
    ? sentenceForm({ source: state.get("source") ?? "", target: state.get("target") ?? "", go })
    : null;
  const card = problemCard(problem, state);
  put(view, again, card);
  if (problem.status === 404) offerInterventions(card, problem);
  document.title = `${problem.body.title ?? "Problem"} · immunograph`;
  view.querySelector("h1")?.focus({ preventScroll: true });
}

/** A drug or an antibody is no entity of its own: lead to what was done with it. */
async function offerInterventions(card, problem) {
  const name = /^No entity '(.+?)'/.exec(problem.body.detail ?? "")?.[1];
  if (!name) return;
  const found = await ask("interventions", { q: name, limit: 1 }).catch(() => null);
  if (!found?.items.length) return;
  const number = found.total ?? found.items.length;
  card.querySelector(".actions").before(h("p", {},
    `${name} is named in what was done: `,
    h("a", { href: to("interventions", { q: name }) }, `${count(number, "intervention")} with ${name}`), "."));
}

/** Say that the service is away, keep what is shown, and ask again by itself. */
function away(problem) {
  retry.times += 1;
  let left = problem.wait ?? Math.min(30, 2 ** Math.min(retry.times, 5));
  const busy = problem.status === 429;
  const again = problem.body.reload ? () => reload(problem) : () => render();
  const clock = h("span", { class: "clock" });
  const tick = () => {
    clock.textContent = left > 0 ? `Trying again in ${left} s.` : "Trying again…";
    if (left <= 0) {
      again();
      return;
    }
    left -= 1;
    retry.timer = setTimeout(tick, 1000);
  };
  notice.hidden = false;
  document.body.classList.add("away");
  put(notice,
    h("p", {},
      h("strong", {}, busy ? "The service is busy." : "The service does not answer just now."), " ",
      problem.status && problem.body.detail ? `${problem.body.detail} ` : "",
      current.key ? "What you see is its last answer. " : "",
      clock),
    h("button", { type: "button", on: { click: again } }, "Try now"));
  if (retry.times === 1) announce("The service does not answer just now. The page tries again by itself.");
  if (current.key === null && !view.firstElementChild) {
    put(view, h("section", { class: "card" }, h("h1", { tabindex: -1 }, "Waiting for the service"),
      h("p", {}, "Your question is kept in the address of this page, and is asked again as soon as the service answers.")));
  }
  tick();
}

/** Load the page anew, once the service answers. */
async function reload(problem) {
  stopRetrying();
  try {
    await fetch("health/live");
    location.reload();
  } catch {
    away(problem);
  }
}

function stopRetrying() {
  clearTimeout(retry.timer);
}

function recovered() {
  if (retry.times > 0) {
    announce("The service answers again.");
    forgetGraphCard();
    linkBrowser();
  }
  retry.times = 0;
  notice.hidden = true;
  document.body.classList.remove("away");
}

// --- links, and the first view -------------------------------------------------------------------

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = event.target.closest?.("a[href]");
  const href = anchor?.getAttribute("href");
  if (!anchor || anchor.hasAttribute("download") || anchor.getAttribute("target") || !(href.startsWith("?") || href === "./")) return;
  event.preventDefault();
  go(href === "./" ? location.pathname : href);
});

// Skipping to the answer moves within the same state: nothing to ask.
addEventListener("popstate", () => {
  if (!isShown()) render();
});

// What is folded away on the screen is printed.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details.twin:not([open])")) {
    one.fill?.();
    one.dataset.folded = "";
    one.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-folded]")) {
    delete one.dataset.folded;
    one.open = false;
  }
});

async function linkBrowser() {
  const place = document.getElementById("browser");
  const graph = await graphCard();
  const opens = graph?.browser ?? null;
  place.hidden = opens === null;
  if (opens) put(place, h("a", { href: opens, target: "_blank", rel: "noopener" }, "Neo4j Browser ↗"));
}

// Whoever reads one view likely opens another: have them at hand, even if the service goes away.
function fetchTheRest() {
  forgetEarly();
  for (const load of Object.values(VIEWS)) load().catch(() => {}); // asked for again when needed
}

render().then(() => (globalThis.requestIdleCallback ?? setTimeout)(fetchTheRest));
linkBrowser();
