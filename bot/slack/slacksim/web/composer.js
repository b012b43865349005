// Writing: messages, replies, slash commands, with help for commands, names and channels.
import { $, el, icon, face, menu, toast } from "./dom.js";
import { page, act, user, here, put } from "./app.js";
import { title, edit } from "./messages.js";

let hits = [], at = 0, owner = null;

// suggestions for what stands before the caret.
function suggest(area, inThread) {
  const before = area.value.slice(0, area.selectionStart);
  const command = !inThread && /^\/\S*$/.test(before) ? before : "";
  const name = /(?:^|\s)([@#])([^\s@#]*)$/.exec(before);
  hits = [];
  if (command) hits = page.state.commands.filter((c) => c.command.startsWith(command)).map((c) => ({ label: [el("b", {}, c.command), " ", el("span", { class: "soft" }, c.usage_hint || "")], note: c.description, put: c.command + " ", from: 0 }));
  else if (name) {
    const q = name[2].toLowerCase(), from = before.length - name[2].length - 1;
    if (name[1] === "@") {
      hits = page.state.users.filter((u) => !u.deleted && (u.name.startsWith(q) || u.real_name.toLowerCase().includes(q))).map((u) => ({ label: [face(u, "tiny"), el("b", {}, u.real_name), el("span", { class: "soft" }, "@" + u.name)], put: "@" + u.name + " ", from }));
      for (const g of page.state.usergroups || []) if (g.handle.startsWith(q)) hits.push({ label: [icon("people"), el("b", {}, "@" + g.handle), el("span", { class: "soft" }, g.name)], put: "@" + g.handle + " ", from });
      for (const w of ["here", "channel"]) if (w.startsWith(q)) hits.push({ label: [icon("people"), el("b", {}, "@" + w)], put: "@" + w + " ", from });
    } else hits = page.state.channels.filter((c) => c.channel.name && c.channel.name.includes(q)).map((c) => ({ label: [icon("hash"), el("b", {}, c.channel.name)], put: "#" + c.channel.name + " ", from }));
  }
  hits = hits.slice(0, 8);
  at = 0;
  owner = area;
  show();
}

function show() {
  const box = $("hints");
  box.hidden = !hits.length;
  (owner ? owner.form : $("say")).before(box);
  box.replaceChildren(...hits.map((h, i) => el("button", { type: "button", role: "option", tabindex: "-1", "aria-selected": String(i === at), onclick: () => take(i) }, el("span", { class: "what" }, h.label), h.note ? el("small", {}, h.note) : "")));
}

function take(i) {
  const h = hits[i], caret = owner.selectionStart;
  owner.setRangeText(h.put, h.from, caret, "end");
  hits = [];
  show();
  owner.focus();
}

function grow(area) { area.style.setProperty("height", "auto"); area.style.setProperty("height", Math.min(area.scrollHeight, 240) + "px"); }

export function composer(id, threadTS) {
  const form = $(id), area = form.querySelector("textarea"), inThread = id === "reply";
  area.addEventListener("input", () => { grow(area); suggest(area, inThread); });
  area.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== area && !$("hints").contains(document.activeElement)) { hits = []; show(); } }, 150));
  area.addEventListener("keydown", (e) => {
    if (e.isComposing || e.keyCode === 229) return; // an input method is at work: its Enter is not ours
    if (hits.length && owner === area) {
      if (e.key === "ArrowDown") at = (at + 1) % hits.length; else if (e.key === "ArrowUp") at = (at + hits.length - 1) % hits.length; else if (e.key === "Tab" || (e.key === "Enter" && !e.shiftKey && hits[at].put.trim() !== area.value.trim())) take(at); else if (e.key === "Escape") { hits = []; e.stopPropagation(); } else if (e.key !== "Enter" || e.shiftKey) return; else { e.preventDefault(); hits = []; show(); form.requestSubmit(); return; }
      e.preventDefault();
      show();
      return;
    }
    if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); form.requestSubmit(); }
    if (e.key === "ArrowUp" && !area.value && !inThread) {
      const own = here().messages.filter((m) => m.user === page.state.me && !m.bot_id && !m.subtype);
      if (own.length) { e.preventDefault(); edit(page.room, own[own.length - 1]); }
    }
  });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const text = area.value.trim();
    if (!text) return;
    const [command, ...rest] = text.split(" ");
    area.value = "";
    grow(area);
    hits = [];
    show();
    let out;
    if (!inThread && text.startsWith("/")) {
      if (!page.state.commands.some((c) => c.command === command)) { toast(command + " というコマンドはありません。", true); area.value = text; return; }
      out = await act("command", { channel: page.room, command, text: rest.join(" ") });
    } else out = await act("say", { channel: page.room, thread_ts: threadTS(), text, ...(inThread && $("also").checked ? { broadcast: true } : {}) });
    if (!out.ok) { area.value = text; grow(area); } else if (inThread) $("also").checked = false;
  });
}

export function drawComposer() {
  const c = here();
  if (!c) return;
  $("say").querySelector("textarea").placeholder = (c.channel.name ? "#" : "") + title(c) + " へのメッセージ（/ でコマンド、@ で人）";
  put("shortcuts", [page.state.shortcuts, page.state.me], () => {
    const global = page.state.shortcuts.filter((s) => s.type !== "message");
    const b = el("button", { type: "button", class: "flat", "aria-label": "ショートカット", title: "ショートカット", "aria-haspopup": "menu", onclick: () => menu(b, global.map((s) => [el("span", {}, "⚡ " + s.name), () => act("shortcut", { callback_id: s.callback_id })])) }, icon("bolt"));
    return global.length ? b : [];
  });
}
