// The page of the stand-in: shows GET /_sim/state and acts by POST /_sim/….
import { $, el, icon, face, toast, ask, menu, dialog } from "./dom.js";
import { setWorld, setEmoji } from "./text.js";
import { setFormWorld, simple } from "./form.js";
import { blocks } from "./blocks.js";
import { messages, title, day } from "./messages.js";
import { modal, filled } from "./modal.js";
import { composer, drawComposer } from "./composer.js";
import { drawTools } from "./tools.js";

export const page = { state: null, room: "", thread: "", homeTab: "home", typed: {}, errors: {} };
const seen = {}; // the newest ts read, by person and channel
const shown = {};
let rev = -1;
const arrived = location.pathname.match(/^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/);
export const target = arrived && arrived[2] ? arrived[2] + "." + arrived[3] : "";

export async function order(name, body) {
  let out;
  try {
    const r = await fetch("/_sim/" + name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    out = await r.json();
  } catch (e) { out = { ok: false, error: String(e) }; }
  if (!out.ok) toast(explain(out.error), true);
  await refresh();
  for (const ms of [150, 400]) setTimeout(() => refresh().catch(() => {}), ms); // an app answers first and acts then
  return out;
}

// explain says in the reader's words what the stand-in refused.
function explain(text) {
  if (/did not acknowledge/.test(text)) return "アプリが 3 秒以内に応答しませんでした。（" + text + "）";
  if (/no socket open/.test(text)) return "アプリがつながっていません。ソケットも Request URL もありません。";
  return text;
}

export const act = (name, body) => order(name, { user: page.state.me, ...body });
export const user = (id) => page.state.users.find((u) => u.id === id) || { id, name: id, real_name: id };
export const here = () => page.state.channels.find((c) => c.channel.id === page.room);
const isHome = () => page.room === "home";

// put draws a part anew only when what it shows has changed, so that focus and scroll stay.
export function put(id, data, make) {
  const key = JSON.stringify(data);
  if (shown[id] === key) return false;
  shown[id] = key;
  const box = $(id), low = box.scrollTop + box.clientHeight > box.scrollHeight - 80 || !box.childElementCount;
  const held = document.activeElement && box.contains(document.activeElement) ? path(box, document.activeElement) : null;
  box.replaceChildren(...[make()].flat());
  if (held) follow(box, held)?.focus({ preventScroll: true });
  if (low) box.scrollTop = box.scrollHeight;
  return true;
}
const path = (box, e) => { const p = []; for (; e !== box; e = e.parentElement) p.unshift([...e.parentElement.children].indexOf(e)); return p; };
const follow = (box, p) => p.reduce((e, i) => e && e.children[i], box);
export const forget = (...ids) => ids.forEach((id) => { delete shown[id]; });

export function open(room, thread = "") {
  Object.assign(page, { room, thread });
  forget("list", "head", "replies", "threadhead");
  $("list").replaceChildren();
  document.body.classList.remove("nav");
  page.homeTab = "home";
  if (isHome()) act("home", {}); else draw();
  if (!matchMedia("(pointer: coarse)").matches) $("say").querySelector("textarea").focus();
}

export function openThread(ts) {
  page.thread = ts;
  forget("replies", "threadhead");
  draw();
  $("reply").querySelector("textarea").focus();
}

const botDM = () => page.state.channels.find((c) => c.channel.is_im && c.members.includes(page.state.app.bot_user_id));
const lastOf = (c) => (c.messages.length ? c.messages[c.messages.length - 1].ts : "");
const calls = (m) => m.user !== page.state.me && new RegExp(`<@${page.state.me}>|<!(here|channel|everyone)`).test(m.text || "");

function rooms() {
  const me = page.state.me, own = seen[me] || {};
  const entry = (c, mark) => {
    const fresh = c.joined && c.channel.id !== page.room ? c.messages.filter((m) => m.ts > (own[c.channel.id] || "") && m.user !== me) : [];
    const called = fresh.filter((m) => c.channel.is_im || calls(m)).length;
    return el("button", { type: "button", class: "room" + (c.channel.id === page.room ? " here" : "") + (c.joined ? "" : " away") + (fresh.length ? " news" : ""), "aria-current": c.channel.id === page.room ? "page" : undefined, onclick: () => open(c.channel.id) },
      mark, el("span", { class: "name" }, title(c)), c.channel.is_archived ? el("small", {}, "保管") : "", called ? el("span", { class: "badge", "aria-label": called + "件の未読" }, called) : "");
  };
  const dms = page.state.channels.filter((c) => c.channel.is_im || c.channel.is_mpim), bot = user(page.state.app.bot_user_id);
  return [el("h2", {}, "チャンネル", el("button", { type: "button", class: "flat", "aria-label": "チャンネルを作る", title: "チャンネルを作る", onclick: createRoom }, icon("plus"))),
    page.state.channels.filter((c) => !dms.includes(c)).map((c) => entry(c, icon(c.channel.is_private ? "lock" : "hash"))),
    el("h2", {}, "アプリ"),
    el("button", { type: "button", class: "room" + (isHome() || botDM()?.channel.id === page.room ? " here" : "") + (page.state.home ? "" : " quiet"), onclick: () => open("home") }, face(bot, "tiny"), el("span", { class: "name" }, page.state.app.name)),
    dms.filter((c) => c !== botDM()).length ? el("h2", {}, "ダイレクトメッセージ") : "", dms.filter((c) => c !== botDM()).map((c) => entry(c, icon("people")))].flat().filter(Boolean);
}

async function createRoom() {
  const name = await ask("チャンネルを作る", "小文字、日本語、数字、- と _ が使えます。", "作る", { field: "", placeholder: "例: 障害-2026-11" });
  if (!name) return;
  const out = await act("room", { channel: name, act: "create" });
  const made = out.ok && page.state.channels.find((c) => c.channel.name === name.replace(/^#/, ""));
  if (made) open(made.channel.id);
}

function head() {
  const back = el("button", { type: "button", class: "flat only-small", "aria-label": "一覧へ", onclick: () => document.body.classList.add("nav") }, icon("menu"));
  const tools = el("button", { type: "button", class: "flat", "aria-label": "開発者", title: "開発者: 呼び出し、配信、故障 (Ctrl+I)", "aria-pressed": String(!$("tools").hidden), onclick: toggleTools }, icon("tools"));
  const c = here();
  if (isHome() || (c && c === botDM())) {
    const tab = (id, text) => el("button", { type: "button", role: "tab", "aria-selected": String(page.homeTab === id), onclick: () => { page.homeTab = id; if (id === "home") { open("home"); } else { page.room = botDM()?.channel.id || "home"; forget("list", "head"); page.homeTab = id; draw(); } } }, text);
    return el("div", { class: "bar" }, back, face(user(page.state.app.bot_user_id), "small"), el("div", { class: "grow" }, el("h2", {}, page.state.app.name, el("span", { class: "app" }, "アプリ")),
      el("div", { class: "tabs", role: "tablist" }, tab("home", "ホーム"), tab("messages", "メッセージ"))), tools);
  }
  const more = el("button", { type: "button", class: "flat", "aria-label": "チャンネルの操作", "aria-haspopup": "menu", onclick: () => roomMenu(more, c) }, icon("more"));
  return [el("div", { class: "bar" }, back, el("div", { class: "grow" }, el("h2", {}, c.channel.name ? icon(c.channel.is_private ? "lock" : "hash") : "", title(c)),
    el("p", { class: "topic" }, c.channel.topic?.value || (c.channel.name ? "トピックなし" : ""))),
  el("button", { type: "button", class: "members", "aria-label": `メンバー ${c.members.length} 人`, onclick: () => showMembers(c) }, c.members.slice(0, 3).map((id) => face(user(id), "tiny")), el("span", {}, c.members.length)), c.joined && c.channel.name ? more : "", tools),
  c.bookmarks.length ? el("div", { class: "marks" }, c.bookmarks.map((b) => el("a", { href: /^https?:/.test(b.link) ? b.link : "#", target: "_blank", rel: "noopener noreferrer" }, icon("bookmark"), b.title))) : ""];
}

function roomMenu(at, c) {
  const room = (more) => act("room", { channel: c.channel.id, ...more });
  const outside = page.state.users.filter((u) => !u.deleted && !c.members.includes(u.id)), inside = c.members.map(user).filter((u) => u.id !== page.state.me);
  menu(at, [
    ["トピックを変える", async () => { const t = await ask("トピック", "", "保存", { field: c.channel.topic?.value || "" }); if (t !== undefined) room({ act: "topic", text: t }); }],
    ["名前を変える", async () => { const t = await ask("チャンネルの名前", "", "保存", { field: c.channel.name }); if (t) room({ act: "rename", text: t }); }],
    outside.length && ["メンバーを追加", () => menu(at, outside.map((u) => [u.real_name, () => room({ act: "invite", target: u.id })]))],
    inside.length && ["メンバーを外す", () => menu(at, inside.map((u) => [u.real_name, () => room({ act: "kick", target: u.id })]))],
    ["-"],
    ["退出する", () => room({ act: "leave" })],
    [c.channel.is_archived ? "アーカイブから戻す" : "アーカイブする", () => room({ act: c.channel.is_archived ? "unarchive" : "archive" }), "danger"],
  ]);
}

function showMembers(c) {
  dialog((end) => [el("header", {}, el("h2", {}, title(c) + " のメンバー"), el("button", { type: "button", class: "flat", "aria-label": "閉じる", onclick: () => end() }, icon("close"))),
    el("ul", { class: "inside people" }, c.members.map(user).map((u) => el("li", {}, face(u, "small"), el("span", {}, el("b", {}, u.real_name), u.is_bot ? el("span", { class: "app" }, "アプリ") : "", el("small", {}, u.profile?.title || "@" + u.name)))))]);
}

export function viewContext(v, id) {
  const store = (page.typed[v.id] = page.typed[v.id] || {}), key = (b, e) => b.block_id + "\n" + e.action_id;
  return {
    where: { view_id: id }, errors: page.errors,
    value: (b, e) => (key(b, e) in store ? store[key(b, e)] : simple((v.state.values[b.block_id] || {})[e.action_id])),
    set: (b, e, x) => { store[key(b, e)] = x; },
    send: (a) => act("click_view", { view_id: id, ...(v.type === "modal" && { typed: filled(v) }), ...a }),
  };
}

function home() {
  const h = page.state.home;
  if (!h) return el("div", { class: "empty" }, face(user(page.state.app.bot_user_id), "big"), el("h3", {}, "まだ何も公開されていません"), el("p", {}, "アプリが views.publish を呼ぶと、ここに表示されます。"));
  return el("div", { class: "apphome" }, blocks(h.blocks, viewContext(h, "home")));
}

export function draw() {
  const s = page.state, c = here();
  document.title = (c ? title(c) : s.app.name) + " — " + s.team.name + "（模擬）";
  $("team").textContent = s.team.name;
  $("link").className = s.app.sockets ? "on" : "";
  $("link").title = s.app.sockets ? `ソケット ${s.app.sockets} 本` : "ソケットはありません";
  put("myface", [s.me], () => face(user(s.me), "small"));
  if (c && c.messages.length && document.visibilityState === "visible") { (seen[s.me] = seen[s.me] || {})[page.room] = lastOf(c); }
  put("rooms", [s.channels.map((x) => [x.channel, x.joined, lastOf(x)]), seen, page.room, s.me, !!s.home], rooms);
  document.body.classList.toggle("threaded", !!page.thread && !isHome());
  $("thread").hidden = !page.thread || isHome();
  $("say").hidden = isHome() || !c || !c.joined || c.channel.is_archived;
  put("head", [c && c.channel, c && c.bookmarks, c && c.members, page.room, page.homeTab, s.app, $("tools").hidden, s.users.length], head);
  if (isHome()) put("list", ["home", s.home, s.me, page.errors], home);
  else if (c) {
    const fresh = put("list", [c.messages, c.joined, page.room, s.me, s.users.length], () => messages(c, false));
    if (fresh && target) $("list").querySelector(".target")?.scrollIntoView({ block: "center" });
    const inside = c.messages.filter((m) => page.thread && (m.ts === page.thread || m.thread_ts === page.thread));
    put("replies", [inside, page.thread, s.me], () => messages({ ...c, messages: inside }, true));
    put("threadhead", [page.thread, c.channel.name], () => [el("div", { class: "grow" }, el("h2", {}, "スレッド"), el("p", { class: "topic" }, title(c))), el("button", { type: "button", class: "flat", "aria-label": "スレッドを閉じる", onclick: closeThread }, icon("close"))]);
  }
  drawComposer();
  modal();
  drawTools();
}

export function closeThread() { page.thread = ""; draw(); }

function toggleTools() { $("tools").hidden = !$("tools").hidden; document.body.classList.toggle("tooled", !$("tools").hidden); draw(); }

// jump asks where to go: Ctrl+K.
function jump() {
  const all = page.state.channels.filter((c) => c.joined || !c.channel.is_private).map((c) => [c.channel.id, (c.channel.name ? "#" : "") + title(c)]).concat([["home", page.state.app.name + " のホーム"]]);
  dialog((end) => {
    const box = el("div", { class: "found", role: "listbox" }), q = el("input", { type: "search", placeholder: "どこへ？", "aria-label": "移動先", autofocus: true });
    let at = 0, hits = [];
    const show = () => { hits = all.filter(([, t]) => t.toLowerCase().includes(q.value.toLowerCase())).slice(0, 9); at = Math.min(at, Math.max(0, hits.length - 1)); box.replaceChildren(...hits.map(([id, t], i) => el("button", { type: "button", role: "option", "aria-selected": String(i === at), onclick: () => { end(); open(id); } }, t))); };
    q.addEventListener("input", () => { at = 0; show(); });
    q.addEventListener("keydown", (e) => {
      if (e.key === "ArrowDown") at = (at + 1) % Math.max(1, hits.length); else if (e.key === "ArrowUp") at = (at + hits.length - 1) % Math.max(1, hits.length); else if (e.key === "Enter" && hits[at]) { end(); open(hits[at][0]); } else return;
      e.preventDefault();
      show();
    });
    show();
    return [q, box];
  }, "small jumpbox");
}

let asked = 0;
export async function refresh() {
  const who = $("me").value || "", mine = ++asked;
  const r = await fetch(`/_sim/state?user=${encodeURIComponent(who)}&rev=${rev}&messages=300`);
  const next = await r.json();
  if (mine !== asked || next.unchanged) { if (next.unchanged) drawTools(); return; }
  page.state = next;
  rev = next.rev;
  const people = next.users.filter((u) => !u.is_bot && !u.deleted);
  put("me", people.map((u) => [u.id, u.real_name]), () => people.map((u) => el("option", { value: u.id, selected: u.id === who }, u.real_name)));
  if (!who) {
    page.room = arrived ? arrived[1] : (next.channels.find((c) => c.joined && c.channel.name !== "general") || next.channels[0])?.channel.id || "home";
    rev = -1;
    return refresh();
  }
  if (!isHome() && !here()) page.room = next.channels[0]?.channel.id || "home";
  draw();
}

async function start() {
  setEmoji((await (await fetch("/_sim/emoji")).json()).emoji);
  setWorld({ user, me: () => page.state.me, channel: (id) => page.state.channels.find((c) => c.channel.id === id)?.channel, group: (id) => (page.state.usergroups || []).find((g) => g.id === id), open: (id) => { if (page.state.channels.some((c) => c.channel.id === id)) open(id); } });
  setFormWorld({ people: () => page.state.users.filter((u) => !u.deleted).map((u) => [u.id, u.real_name]), rooms: () => page.state.channels.filter((c) => c.channel.name).map((c) => [c.channel.id, "#" + c.channel.name]), suggest: (q) => act("suggest", q) });
  $("jump").append(icon("search"), el("span", {}, "移動"), el("kbd", {}, "Ctrl K"));
  $("jump").addEventListener("click", jump);
  $("me").addEventListener("change", () => { rev = -1; page.thread = ""; forget("list", "head"); refresh(); });
  document.querySelectorAll(".send").forEach((b) => b.append(icon("send")));
  composer("say", () => "");
  composer("reply", () => page.thread);
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key === "k") { e.preventDefault(); jump(); } else if ((e.ctrlKey || e.metaKey) && e.key === "i") { e.preventDefault(); toggleTools(); } else if (e.altKey && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
      const all = page.state.channels.filter((c) => c.channel.name), at = all.findIndex((c) => c.channel.id === page.room), next = all[(at + (e.key === "ArrowDown" ? 1 : -1) + all.length) % all.length];
      e.preventDefault();
      if (next) open(next.channel.id);
    } else if (e.key === "Escape" && !document.querySelector("dialog[open],.menu")) { if (page.thread) closeThread(); else document.body.classList.remove("nav"); }
  });
  document.querySelector("main").addEventListener("click", (e) => { if (document.body.classList.contains("nav") && !e.target.closest(".only-small")) document.body.classList.remove("nav"); });
  await refresh();
  setInterval(() => refresh().catch(() => { $("link").className = "lost"; }), 700);
}
start().catch((e) => toast(String(e), true));
