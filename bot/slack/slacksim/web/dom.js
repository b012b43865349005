// What builds the page. Text becomes text nodes, never HTML.

export const $ = (id) => document.getElementById(id);

// el makes an element. Functions under on… listen, css sets single style properties, lists are flattened, empty kids are left out.
export function el(tag, props, ...kids) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props || {})) {
    if (v === undefined || v === null || v === false) continue;
    if (k === "class") e.className = v;
    else if (k === "css") for (const [p, x] of Object.entries(v)) e.style.setProperty(p, x);
    else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else if (k in e && typeof v !== "string") e[k] = v;
    else e.setAttribute(k, v === true ? "" : v);
  }
  e.append(...kids.flat(9).filter((k) => k !== null && k !== undefined && k !== "" && k !== false));
  return e;
}

// icon draws one of the page's own pictures.
const paths = {
  bookmark: "M6 3h12v18l-6-4-6 4z", hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17", lock: "M6 11h12v9H6zM8 11V7a4 4 0 0 1 8 0v4", reply: "M4 5h16v11H11l-5 4v-4H4z", more: "M5 12h.01M12 12h.01M19 12h.01", send: "M4 4l17 8-17 8 3-8zM7 12h14",
  close: "M6 6l12 12M18 6L6 18", back: "M15 5l-7 7 7 7", people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21v-2a6 6 0 0 1 12 0v2M16 3.5a4 4 0 0 1 0 7.5M18 15a5 5 0 0 1 4 4v2", bolt: "M13 2 4 14h7l-1 8 9-12h-7z",
  plus: "M12 5v14M5 12h14", home: "M3 11l9-8 9 8v10h-6v-6H9v6H3z", search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM21 21l-5-5", tools: "M4 6h16M4 12h10M4 18h7M17 15l4 4-4 3", menu: "M4 6h16M4 12h16M4 18h16", file: "M6 2h8l5 5v15H6zM14 2v5h5", pin: "M12 17v5M7 17h10l-2-6V4h1V2H8v2h1v7z",
};
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg", s = document.createElementNS(ns, "svg"), p = document.createElementNS(ns, "path");
  s.setAttribute("viewBox", "0 0 24 24");
  s.setAttribute("class", "icon");
  s.setAttribute("aria-hidden", "true");
  p.setAttribute("d", paths[name]);
  s.append(p);
  return s;
}

// face is a person's picture: the first letter on a colour of their own. Apps are square and say so by their shape.
export function face(u, size) {
  const hue = [...(u.id || "?")].reduce((n, c) => n * 31 + c.charCodeAt(0), 7) % 360;
  return el("span", { class: "face " + (size || "") + (u.is_bot ? " bot" : ""), css: { "--hue": String(hue) }, "aria-hidden": "true" }, [...(u.real_name || u.name || "?")][0]);
}

let toastTimer = 0;
export function toast(text, bad) {
  const t = $("toast");
  t.textContent = text;
  t.className = bad ? "bad" : "";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { t.textContent = ""; }, 6000);
}

// giveBack puts the focus where it was before a dialog. A browser does that by itself, but while the page is still inert: the field has the
// focus then and takes no keys.
export function giveBack(before) {
  if (!before || !before.isConnected) return;
  before.blur();
  setTimeout(() => { if (document.activeElement === document.body) before.focus(); });
}

// dialog shows something in front of everything; Escape and the backdrop close it. It gives what end was called with.
export function dialog(make, kind) {
  return new Promise((done) => {
    const d = el("dialog", { class: kind || "small" });
    const before = document.activeElement;
    const end = (v) => { d.close(); d.remove(); giveBack(before); done(v); };
    d.append(...make(end));
    d.addEventListener("cancel", (e) => { e.preventDefault(); end(); });
    d.addEventListener("mousedown", (e) => { if (e.target === d) end(); });
    document.body.append(d);
    d.showModal();
    const field = d.querySelector("input[type=text]");
    if (field) field.setSelectionRange(field.value.length, field.value.length);
  });
}

// ask is a question with two answers, or one for a text.
export function ask(title, text, yes, o = {}) {
  return dialog((end) => {
    const field = o.field === undefined ? null : el("input", { type: "text", value: o.field, "aria-label": title, placeholder: o.placeholder || "", autofocus: true });
    return [el("form", { onsubmit: (e) => { e.preventDefault(); end(field ? field.value.trim() : true); } },
      el("header", {}, el("h2", {}, title)), el("div", { class: "inside" }, text ? el("p", {}, text) : "", field),
      el("footer", {}, el("button", { type: "button", class: "btn", onclick: () => end() }, o.no || "キャンセル"), el("button", { class: "btn " + (o.danger ? "danger" : "primary"), autofocus: !field }, yes)))];
  });
}

// menu opens a list of acts below an anchor; arrows, Home, End and Escape work.
export function menu(anchor, items) {
  document.querySelectorAll(".menu").forEach((m) => m.remove());
  const box = el("div", { class: "menu", role: "menu" }, items.filter(Boolean).map(([label, act, kind]) => (label === "-" ? el("hr") : el("button", { type: "button", role: "menuitem", class: kind || "", onclick: () => { end(); act(); } }, label))));
  const end = () => { box.remove(); document.removeEventListener("mousedown", outside); anchor.setAttribute("aria-expanded", "false"); };
  const outside = (e) => { if (!box.contains(e.target)) end(); };
  const go = (n) => { const all = [...box.querySelectorAll("button")]; all[(n + all.length) % all.length].focus(); };
  box.addEventListener("keydown", (e) => {
    const at = [...box.querySelectorAll("button")].indexOf(document.activeElement);
    if (e.key === "Escape" || e.key === "Tab") { end(); anchor.focus(); } else if (e.key === "ArrowDown") go(at + 1); else if (e.key === "ArrowUp") go(at - 1); else if (e.key === "Home") go(0); else if (e.key === "End") go(-1); else return;
    e.preventDefault();
    e.stopPropagation();
  });
  (anchor.closest("dialog") || document.body).append(box);
  const r = anchor.getBoundingClientRect(), w = box.offsetWidth, h = box.offsetHeight;
  box.style.setProperty("left", Math.max(6, Math.min(r.left, innerWidth - w - 6)) + "px");
  box.style.setProperty("top", (r.bottom + h + 8 > innerHeight ? Math.max(6, r.top - h - 4) : r.bottom + 4) + "px");
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("mousedown", outside);
  go(0);
}
