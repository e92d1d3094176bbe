// A picture in a frame: the whole of it fits at first, and one may look closer. The picture is
// moved by its style, so that what is saved of it is always the whole.

import { h, put } from "./dom.js";

const CLOSEST = 8;
const STEP = 1.5;
const ARROW = 60; // pixels that an arrow key moves
const STILL = 5; // pixels below which a press is a click

/**
 * The frame of a picture. `label` is read out; `ends` are the entities whose names stay in sight
 * when they themselves are not. Gives {node, fit}.
 */
export function stage(picture, { label, ends = [] }) {
  let [scale, x, y] = [1, 0, 0];
  const pins = ends.map((one) => h("span", { class: "pin", hidden: true, "aria-hidden": "true" }, one.name));
  const frame = h("div", { class: "stage", tabindex: 0, role: "region", "aria-label": `${label}; plus and minus zoom, arrows move, 0 shows all` }, picture, pins);

  const apply = () => {
    const { clientWidth: width, clientHeight: height } = frame;
    scale = Math.min(CLOSEST, Math.max(1, scale));
    x = Math.min(0, Math.max(width * (1 - scale), x));
    y = Math.min(0, Math.max(height * (1 - scale), y));
    picture.style.transform = scale === 1 ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    frame.classList.toggle("closer", scale > 1);
    pinEnds(width, height);
  };
  const pinEnds = (width, height) => {
    const outer = frame.getBoundingClientRect();
    ends.forEach((one, number) => {
      const node = picture.querySelector(`[data-entity="${CSS.escape(one.id)}"]`);
      const pin = pins[number];
      if (!node || scale === 1) {
        pin.hidden = true;
        return;
      }
      const box = node.getBoundingClientRect();
      const [left, top] = [box.x + box.width / 2 - outer.x, box.y + box.height / 2 - outer.y];
      pin.hidden = left >= 0 && left <= width && top >= 0 && top <= height;
      if (pin.hidden) return;
      pin.style.left = `${Math.min(Math.max(8, left - pin.offsetWidth / 2), width - pin.offsetWidth - 8)}px`;
      pin.style.top = `${Math.min(Math.max(8, top - pin.offsetHeight / 2), height - pin.offsetHeight - 8)}px`;
    });
  };
  const zoom = (factor, at = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 }) => {
    const next = Math.min(CLOSEST, Math.max(1, scale * factor));
    x = at.x - ((at.x - x) * next) / scale;
    y = at.y - ((at.y - y) * next) / scale;
    scale = next;
    apply();
  };
  const fit = () => {
    [scale, x, y] = [1, 0, 0];
    apply();
  };
  const move = (across, down) => {
    x += across;
    y += down;
    apply();
  };

  const held = new Map();
  let moved = 0;
  const within = (event) => {
    const box = frame.getBoundingClientRect();
    return { x: event.clientX - box.x, y: event.clientY - box.y };
  };
  const spread = () => {
    const [a, b] = [...held.values()];
    return { apart: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, within(event));
    moved = 0;
  });
  frame.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const here = within(event);
    if (held.size === 2) {
      const was = spread();
      held.set(event.pointerId, here);
      const is = spread();
      if (was.apart > 0) zoom(is.apart / was.apart, is.middle);
      moved += STILL;
      return;
    }
    moved += Math.abs(here.x - before.x) + Math.abs(here.y - before.y);
    held.set(event.pointerId, here);
    if (scale > 1 && moved >= STILL) {
      frame.setPointerCapture(event.pointerId);
      move(here.x - before.x, here.y - before.y);
    }
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    frame.addEventListener(name, (event) => held.delete(event.pointerId));
  }
  // Whoever moved the picture did not mean the link under the pointer.
  frame.addEventListener("click", (event) => {
    if (scale > 1 && moved >= STILL) event.preventDefault();
  }, { capture: true });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP ** 0.5 : STEP ** -0.5, within(event));
  }, { passive: false });
  frame.addEventListener("keydown", (event) => {
    const acts = {
      "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: fit,
      ...(scale > 1 && {
        ArrowLeft: () => move(ARROW, 0), ArrowRight: () => move(-ARROW, 0),
        ArrowUp: () => move(0, ARROW), ArrowDown: () => move(0, -ARROW),
      }),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  });
  // What is reached with the keyboard is brought into sight.
  frame.addEventListener("focusin", (event) => {
    if (scale === 1 || event.target === frame) return;
    const [outer, box] = [frame.getBoundingClientRect(), event.target.getBoundingClientRect()];
    const middle = { x: box.x + box.width / 2 - outer.x, y: box.y + box.height / 2 - outer.y };
    if (middle.x < 0 || middle.x > outer.width || middle.y < 0 || middle.y > outer.height) {
      move(outer.width / 2 - middle.x, outer.height / 2 - middle.y);
    }
  });

  const tool = (name, text, act) => h("button", { type: "button", "aria-label": name, title: name, on: { click: act } }, text);
  const tools = h("div", { class: "stagetools" },
    tool("Zoom in", "+", () => zoom(STEP)), tool("Zoom out", "−", () => zoom(1 / STEP)), tool("fit: show all", "fit", fit));
  const node = h("div", { class: "staged" });
  put(node, tools, frame);
  return { node, fit };
}
