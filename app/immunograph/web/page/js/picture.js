// A drawing as a file: the SVG with its looks written into it, or the same as pixels.

import { s } from "./dom.js";

const LOOKS = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "paint-order",
];
const EDGE = 18;
const LINE = 19;

/** Download a drawing {svg, caption: [lines]} as SVG. */
export function saveSvg(drawing, file) {
  download(new Blob([standalone(drawing).text], { type: "image/svg+xml" }), `${file}.svg`);
}

/** Download it as PNG, at twice the size for print. */
export async function savePng(drawing, file, { scale = 2 } = {}) {
  const { text, width, height } = standalone(drawing);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.drawImage(image, 0, 0, width, height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  download(blob, `${file}.png`);
}

/** The drawing as a text that needs no stylesheet, with its caption above and below. */
export function standalone({ svg, caption = [], source = "" }) {
  const copy = svg.cloneNode(true);
  dress(svg, copy);
  const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const page = getComputedStyle(document.querySelector(".card") ?? document.body);
  const ink = getComputedStyle(document.body).color;
  const top = EDGE + caption.length * LINE + (caption.length ? 8 : 0);
  const whole = { width: Math.max(width, 420) + 2 * EDGE, height: top + height + EDGE + LINE };
  const words = (text, place, size, weight) =>
    s("text", { x: EDGE, y: place, fill: ink, "font-family": page.fontFamily, "font-size": size, "font-weight": weight }, text);
  const sheet = s(
    "svg",
    { viewBox: `0 0 ${whole.width} ${whole.height}`, width: whole.width, height: whole.height },
    s("rect", { width: whole.width, height: whole.height, fill: page.backgroundColor }),
    ...caption.map((text, number) => words(text, EDGE + 13 + number * LINE, number === 0 ? 16 : 13, number === 0 ? 600 : 400)),
    s("g", { transform: `translate(${EDGE - x} ${top - y})` }, ...copy.childNodes),
    words(source, whole.height - EDGE + 4, 11, 400),
  );
  const text = new XMLSerializer().serializeToString(sheet);
  return { text, ...whole };
}

/** Write computed looks into a copy; links and what is only there to be touched go. */
function dress(original, copy) {
  const looks = getComputedStyle(original);
  for (const name of LOOKS) {
    const value = looks.getPropertyValue(name);
    if (value) copy.setAttribute(name, value);
  }
  const pairs = [...original.children].map((child, place) => [child, copy.children[place]]);
  for (const [before, after] of pairs) {
    if (before.classList.contains("hit")) after.remove();
    else dress(before, after);
  }
  copy.removeAttribute("class");
  for (const name of copy.getAttributeNames()) {
    if (name.startsWith("aria-") || name.startsWith("data-") || name === "role") copy.removeAttribute(name);
  }
  if (copy.localName === "a") {
    const group = s("g");
    for (const name of copy.getAttributeNames()) {
      if (name !== "href") group.setAttribute(name, copy.getAttribute(name));
    }
    group.append(...copy.childNodes);
    copy.replaceWith(group);
  }
}

/** Save bytes as a file. */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A caption in lines that a picture of this width has room for: the question, then what is said of it. */
export function captionOf(question, texts, width) {
  const most = Math.max(52, Math.floor(width / 7.2));
  return [question, ...texts.filter(Boolean).flatMap((text) => linesOf(text, most))];
}

function linesOf(text, most) {
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
