// Short messages: to screen readers, and that something was copied.

import { h } from "./dom.js";

/** Tell screen readers, without moving the focus. */
export function announce(text) {
  const place = document.getElementById("said");
  place.textContent = "";
  // A change of text is what is announced, so an equal one needs a moment in between.
  setTimeout(() => {
    place.textContent = text;
  }, 60);
}

/** A button that copies a text and says so. */
export function copyButton(text, label) {
  const button = h("button", { type: "button", class: "plain" }, label);
  button.addEventListener("click", async () => {
    const value = typeof text === "function" ? text() : text;
    try {
      await navigator.clipboard.writeText(value);
      button.textContent = "copied";
    } catch {
      button.textContent = "not allowed here";
    }
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = label;
    }, 1600);
  });
  return button;
}
