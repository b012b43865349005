// Small tools: making elements, telling people, writing times. Words from outside only ever become text nodes here.

export const $ = (id) => document.getElementById(id);

// el makes an element. Children may be strings, nodes, lists of both, or nothing.
export function el(tag, props = {}, ...kids) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === null || v === undefined || v === false) continue;
    if (k === "class") e.className = v;
    else if (k === "colour") e.style.setProperty("--colour", v);
    else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else if (k === "value" || k === "checked" || k === "disabled" || k === "selected" || k === "hidden") e[k] = v;
    else e.setAttribute(k, v === true ? "" : v);
  }
  e.append(...kids.flat(9).filter((k) => k !== null && k !== undefined && k !== false && k !== ""));
  return e;
}

// toast tells something in a corner; alarms stay longer and are read at once.
export function toast(text, kind = "") {
  const t = el("div", { class: "toast " + kind, role: kind === "bad" ? "alert" : null }, el("span", {}, text),
    el("button", { type: "button", "aria-label": "閉じる", onclick: () => t.remove() }, "×"));
  $("toasts").append(t);
  while ($("toasts").childElementCount > 3) $("toasts").firstElementChild.remove();
  setTimeout(() => t.remove(), kind === "bad" ? 10000 : 5000);
}

// place names where a control stands, from itself outwards; back puts the focus there when it fell off the page with its control.
export function place(e) {
  const names = [];
  for (let x = e; x && x !== document.body; x = x.parentElement) if (x.dataset?.name) names.push(x.dataset.name);
  return names;
}
export function back(names, box = document.body) {
  const found = names.map((n) => box.querySelector(`[data-name="${CSS.escape(n)}"]:not(:disabled)`)).find(Boolean) || (box.hasAttribute("tabindex") ? box : null);
  if (document.activeElement === document.body) found?.focus({ preventScroll: true });
}

// draw replaces what is in a box only when its data changed, and keeps the focus on the same control, or else on what was around it.
const drawn = new WeakMap();
export function draw(box, data, make) {
  const key = JSON.stringify(data);
  if (drawn.get(box) === key) return false;
  drawn.set(box, key);
  const names = box.contains(document.activeElement) ? place(document.activeElement) : null;
  box.replaceChildren(...[make()].flat(9).filter(Boolean));
  if (names) back(names, box);
  return true;
}
export const forget = (box) => drawn.delete(box);

const zone = "Asia/Tokyo";
const format = (o) => new Intl.DateTimeFormat("ja-JP", { timeZone: zone, ...o });
const dayFormat = format({ month: "numeric", day: "numeric", weekday: "short" });
const timeFormat = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const secondFormat = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dateFormat = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });

export const day = (t) => dayFormat.format(t);
export const time = (t) => timeFormat.format(t);
export const seconds = (t) => secondFormat.format(t);
export const when = (t) => day(t) + " " + time(t);

// wall is an instant as an input of type datetime-local wants it; instant is the way back. Both are in Tokyo.
export const wall = (t) => dateFormat.format(t) + "T" + time(t);
export const instant = (text) => new Date(text + (text.length === 16 ? ":00" : "") + "+09:00");

// lasting writes seconds for people.
export function lasting(s) {
  s = Math.max(0, Math.round(s));
  const d = Math.floor(s / 86400), h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60);
  if (h >= 48) return `${d}日${Math.floor((s % 86400) / 3600)}時間`;
  if (h) return `${h}時間${m ? m + "分" : ""}`;
  if (m >= 10) return `${m}分`;
  return m ? `${m}分${String(s % 60).padStart(2, "0")}秒` : `${s}秒`;
}

// face is a person's picture: the first letter on a colour of their own, or Toban's mark.
export function face(name, bot) {
  if (bot) return el("span", { class: "face bot", "aria-hidden": "true" }, mark());
  const hue = [...name].reduce((n, c) => (n * 31 + c.codePointAt(0)) % 360, 7);
  return el("span", { class: "face", colour: `hsl(${hue} 42% 42%)`, "aria-hidden": "true" }, [...name][0] || "?");
}

function picture(href, box, kind) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg"), use = document.createElementNS(ns, "use");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add(kind);
  use.setAttribute("href", href);
  svg.append(use);
  return svg;
}
export const mark = () => picture("/assets/mark.svg#mark", "0 0 48 48", "mark");
export const icon = (name) => picture("/assets/icons.svg#" + name, "0 0 16 16", "icon");

// later runs f once things are quiet for a moment, at the latest after a second.
export function later(f, quiet = 120) {
  let timer = 0, first = 0;
  return () => {
    const now = Date.now();
    if (!timer) first = now;
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; f(); }, now - first > 1000 ? 0 : quiet);
  };
}
