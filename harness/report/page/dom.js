// Elements are made here and nowhere else. Text is text: no peer's byte becomes markup.

/** An element; attributes that are null, undefined or false are left out. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, String(value));
  }
  for (const child of children.flat(2)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(typeof child === "string" ? plain(child) : child);
  }
  return node;
}

/** What turns the order of what is read, or cannot be seen. */
const unplain = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f" +
  "\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\u{e0000}-\\u{e007f}]", "gu");

/** Such stands as an escape. */
function plain(text) {
  return text.replace(unplain, (c) => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));
}

/** For who cannot see it. */
function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

function button(label, action, attributes = {}) {
  return el("button", { type: "button", onclick: action, ...attributes }, label);
}

/** "12.345 s", from an hour on "1:02:03.456". */
function clock(ns) {
  const ms = Math.floor(ns / 1e6);
  const two = (n) => String(n).padStart(2, "0");
  const rest = String(ms % 1000).padStart(3, "0");
  if (ms < 3600000) return `${Math.floor(ms / 1000)}.${rest}`;
  const s = Math.floor(ms / 1000);
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${rest}`;
}

/** A large number for people: 12,345. */
function grouped(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

function count(n, one, many) {
  return `${grouped(n)} ${n === 1 ? one : many ?? one + "s"}`;
}

/** Bytes of base64. */
function bytesOf(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) out[i] = text.charCodeAt(i);
  return out;
}

/** Bytes as text for people: what is not printable is a dot. */
function readable(bytes) {
  const text = new TextDecoder("utf-8").decode(bytes);
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/g,
    (c) => (c === "\r" ? "" : "\u00b7"));
}
