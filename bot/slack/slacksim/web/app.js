"use strict";
// The page of the stand-in: shows GET /_sim/state and acts by POST /_sim/….
// Everything from messages goes into the page as text nodes, never as HTML.

const $ = (id) => document.getElementById(id);
let state = null, rev = -1, room = "", thread = "", errors = {}, shown = {};
const seen = {}; // last ts read, by channel
const typed = {}; // form values, by view, block and action
const arrived = location.pathname.match(/^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/);

function el(tag, props, ...kids) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props || {})) {
    if (k === "class") e.className = v;
    else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else if (k in e && typeof v !== "string") e[k] = v;
    else e.setAttribute(k, v);
  }
  e.append(...kids.flat().filter((k) => k !== null && k !== undefined && k !== ""));
  return e;
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").textContent = ""; }, 5000);
}

async function order(name, body) {
  const r = await fetch("/_sim/" + name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const out = await r.json();
  if (!out.ok) toast(out.error);
  await refresh();
  return out;
}

const me = () => state.me;
const user = (id) => state.users.find((u) => u.id === id) || { id, name: id, real_name: id };
const here = () => state.channels.find((c) => c.channel.id === room);

// ---- text -----------------------------------------------------------------

const emoji = { eyes: "👀", white_check_mark: "✅", warning: "⚠️", rotating_light: "🚨", bell: "🔔", hourglass: "⌛", hourglass_flowing_sand: "⏳", x: "❌", o: "⭕", memo: "📝", fire: "🔥", tada: "🎉", thumbsup: "👍", "+1": "👍", telephone_receiver: "📞", calendar: "📅", wrench: "🔧", lock: "🔒", ticket: "🎫", information_source: "ℹ️", large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", arrows_counterclockwise: "🔄", mega: "📣", clock3: "🕒", pray: "🙏", raising_hand: "🙋", white_circle: "⚪", large_blue_circle: "🔵", double_vertical_bar: "⏸️", arrow_forward: "▶️" };
const plainText = (s) => s.replace(/:([a-z0-9_+-]+):/g, (all, n) => emoji[n] || all);
const unescape = (s) => plainText(s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"));

function angle(inner) {
  const [id, label] = inner.split("|", 2);
  if (id[0] === "@") return el("span", { class: "ref" }, "@" + user(id.slice(1)).name);
  if (id[0] === "#") {
    const c = state.channels.find((c) => c.channel.id === id.slice(1));
    return el("span", { class: "ref" }, "#" + (c ? c.channel.name : label || id.slice(1)));
  }
  if (id.startsWith("!subteam^")) {
    const g = (state.usergroups || []).find((g) => g.id === id.slice(9));
    return el("span", { class: "ref" }, "@" + (g ? g.handle : label || "group"));
  }
  if (id.startsWith("!date^")) return el("span", { class: "ref" }, unescape(label || id));
  if (id[0] === "!") return el("span", { class: "ref" }, "@" + id.slice(1));
  if (/^(https?|mailto):/.test(id)) return el("a", { href: unescape(id), target: "_blank", rel: "noopener noreferrer" }, unescape(label || id));
  return document.createTextNode("<" + inner + ">");
}

// mrkdwn turns Slack's markup into nodes.
function mrkdwn(s) {
  const out = [];
  const rules = [
    [/```([^]*?)```/, (m) => el("pre", {}, unescape(m[1].replace(/^\n/, "")))],
    [/`([^`\n]+)`/, (m) => el("code", {}, unescape(m[1]))],
    [/<([^<>\n]+)>/, (m) => angle(m[1])],
    [/(^|\n)(?:&gt;|>) ?([^\n]*)/, (m) => el("blockquote", {}, mrkdwn(m[2]))],
    [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*\S)\*(?![\p{L}\p{N}*])/u, (m) => el("b", {}, mrkdwn(m[1]))],
    [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*\S)_(?![\p{L}\p{N}_])/u, (m) => el("i", {}, mrkdwn(m[1]))],
    [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*\S)~(?![\p{L}\p{N}~])/u, (m) => el("s", {}, mrkdwn(m[1]))],
  ];
  while (s) {
    let best = null, make = null;
    for (const [re, f] of rules) {
      const m = re.exec(s);
      if (m && (!best || m.index < best.index)) { best = m; make = f; }
    }
    if (!best) { out.push(unescape(s)); break; }
    if (best.index) out.push(unescape(s.slice(0, best.index)));
    out.push(make(best));
    s = s.slice(best.index + best[0].length);
  }
  return out;
}

const txt = (t) => (!t ? [] : t.type === "plain_text" ? [plainText(t.text)] : mrkdwn(t.text || ""));

function rich(e) {
  const style = (n, st) => (!st ? n : Object.entries({ bold: "b", italic: "i", strike: "s", code: "code" }).reduce((x, [k, tag]) => (st[k] ? el(tag, {}, x) : x), n));
  switch (e.type) {
    case "text": return style(plainText(e.text), e.style);
    case "user": return angle("@" + e.user_id);
    case "channel": return angle("#" + e.channel_id);
    case "usergroup": return angle("!subteam^" + e.usergroup_id);
    case "broadcast": return angle("!" + e.range);
    case "emoji": return emoji[e.name] || ":" + e.name + ":";
    case "link": return angle(e.url + (e.text ? "|" + e.text : ""));
    case "rich_text_list": return el(e.style === "ordered" ? "ol" : "ul", {}, e.elements.map((i) => el("li", {}, rich(i))));
    case "rich_text_preformatted": return el("pre", {}, e.elements.map(rich));
    case "rich_text_quote": return el("blockquote", {}, e.elements.map(rich));
    case "rich_text_section": return el("div", {}, (e.elements || []).map(rich));
    default: return "";
  }
}

// ---- blocks ---------------------------------------------------------------

// ctx tells where blocks stand: {send(action), value(block, action), set(…)}.
function blocks(list, ctx) {
  return el("div", { class: "blocks" }, (list || []).map((b) => block(b, ctx)));
}

function block(b, ctx) {
  switch (b.type) {
    case "header": return el("h3", {}, txt(b.text));
    case "divider": return el("hr");
    case "section": return el("div", { class: "section" },
      b.text ? el("div", { class: "text" }, txt(b.text)) : "",
      b.fields ? el("div", { class: "fields" }, b.fields.map((f) => el("div", { class: "text" }, txt(f)))) : "",
      b.accessory ? element(b, b.accessory, ctx) : "");
    case "context": return el("div", { class: "context" }, b.elements.map((e) => (e.type === "image" ? el("img", { src: e.image_url, alt: e.alt_text }) : el("span", { class: "text" }, txt(e)))));
    case "actions": return el("div", { class: "acts" }, b.elements.map((e) => element(b, e, ctx)));
    case "input": return input(b, ctx);
    case "image": return el("img", { src: b.image_url, alt: b.alt_text, style: "max-width:360px" });
    case "rich_text": return el("div", { class: "text" }, b.elements.map(rich));
    case "markdown": return el("div", { class: "text" }, b.text);
    case "alert": return el("div", { class: "attach text" }, txt(b.text));
    case "table": return el("table", {}, b.rows.map((r) => el("tr", {}, r.map((c) => el("td", {}, c.text || (c.elements || []).map(rich))))));
    default: return el("small", {}, "（" + b.type + "）");
  }
}

function confirmed(e) {
  const c = e.confirm;
  return !c || window.confirm(c.title.text + "\n\n" + c.text.text);
}

function element(b, e, ctx) {
  const send = (extra) => { if (confirmed(e)) ctx.send({ block_id: b.block_id, action_id: e.action_id, ...extra }); };
  switch (e.type) {
    case "image": return el("img", { src: e.image_url, alt: e.alt_text, style: "width:72px" });
    case "button": return el("button", {
      type: "button", class: "btn " + (e.style || ""), "aria-label": e.accessibility_label || e.text.text,
      onclick: () => { if (e.url) window.open(e.url, "_blank", "noopener"); send(e.value ? { value: e.value } : {}); },
    }, plainText(e.text.text));
    case "overflow": return pick(e, [["", "…"], ...options(e)], "", (v) => v && send({ value: v }));
    case "checkboxes": case "radio_buttons": return choices(b, e, ctx, send);
    default: {
      const set = (v) => { ctx.set(b, e, v); send(Array.isArray(v) ? { values: v } : { value: v }); };
      return control(b, e, ctx, set);
    }
  }
}

const options = (e) => [...(e.options || []), ...(e.option_groups || []).flatMap((g) => g.options)].map((o) => [o.value, plainText(o.text.text)]);

function pick(e, list, value, change, multiple) {
  const s = el("select", { onchange: () => change(multiple ? [...s.selectedOptions].map((o) => o.value) : s.value), multiple: !!multiple },
    list.map(([v, t]) => el("option", { value: v, selected: multiple ? (value || []).includes(v) : v === value }, t)));
  s.setAttribute("aria-label", (e.placeholder && e.placeholder.text) || e.action_id);
  return s;
}

function choices(b, e, ctx, send) {
  const multiple = e.type === "checkboxes";
  const now = ctx.value(b, e);
  const box = el("div", {}, options(e).map(([v, t]) => el("label", { class: "option" },
    el("input", { type: multiple ? "checkbox" : "radio", name: b.block_id + e.action_id, value: v, checked: multiple ? (now || []).includes(v) : now === v, onchange: () => {
      const all = [...box.querySelectorAll("input:checked")].map((i) => i.value);
      ctx.set(b, e, multiple ? all : all[0]);
      if (send) send(multiple ? { values: all } : { value: all[0] });
    } }), " " + t)));
  return box;
}

// control is a select, picker or text field that reports its value to set.
function control(b, e, ctx, set) {
  const now = ctx.value(b, e), first = (e.placeholder && e.placeholder.text) || "選択…", multi = e.type.startsWith("multi_");
  const people = state.users.filter((u) => !u.deleted).map((u) => [u.id, u.real_name]);
  const rooms = state.channels.filter((c) => c.channel.name).map((c) => [c.channel.id, "#" + c.channel.name]);
  const list = (l) => pick(e, multi ? l : [["", first], ...l], now, set, multi);
  const field = (tag, props) => el(tag, { value: now === null || now === undefined ? "" : now, placeholder: (e.placeholder && e.placeholder.text) || "", ...props, onchange: (ev) => set(ev.target.value) });
  switch (e.type.replace("multi_", "")) {
    case "static_select": return list(options(e));
    case "users_select": return list(people);
    case "channels_select": case "conversations_select": return list(rooms);
    case "external_select": return external(b, e, ctx, set, now);
    case "datepicker": return field("input", { type: "date" });
    case "timepicker": return field("input", { type: "time" });
    case "datetimepicker": return el("input", { type: "datetime-local", onchange: (ev) => set(String(Math.floor(new Date(ev.target.value) / 1000))) });
    case "plain_text_input": {
      const t = field(e.multiline ? "textarea" : "input", e.multiline ? { rows: 4 } : { type: "text" });
      if (e.multiline) t.value = now || "";
      return t;
    }
    default: return field("input", { type: { number_input: "number", email_text_input: "email", url_text_input: "url" }[e.type] || "text", step: "any" });
  }
}

function external(b, e, ctx, set, now) {
  const s = pick(e, [["", now || "検索してください"]], "", set);
  const q = el("input", { type: "search", placeholder: "検索", onchange: async () => {
    const out = await order("suggest", { ...ctx.where, action_id: e.action_id, block_id: b.block_id, query: q.value, user: me() });
    if (out.ok) s.replaceChildren(...[["", "選択…"], ...options(out.result)].map(([v, t]) => el("option", { value: v }, t)));
  } });
  return el("span", {}, q, s);
}

function input(b, ctx) {
  const e = b.element;
  const set = (v) => { ctx.set(b, e, v); if (b.dispatch_action) ctx.send({ block_id: b.block_id, action_id: e.action_id, ...(Array.isArray(v) ? { values: v } : { value: v }) }); };
  const c = e.type === "checkboxes" || e.type === "radio_buttons" ? choices(b, e, ctx, b.dispatch_action ? (x) => ctx.send({ block_id: b.block_id, action_id: e.action_id, ...x }) : null) : control(b, e, ctx, set);
  return el("div", { class: "field" }, el("label", {}, plainText(b.label.text), b.optional ? el("i", {}, "（任意）") : ""), c,
    b.hint ? el("small", {}, plainText(b.hint.text)) : "", errors[b.block_id] ? el("div", { class: "bad", role: "alert" }, errors[b.block_id]) : "");
}

// simple reads a value in Slack's shape as what a control shows.
function simple(v) {
  if (!v) return null;
  for (const [k, x] of Object.entries(v)) {
    if (k === "type" || x === null) continue;
    if (Array.isArray(x)) return x.map((o) => (o && o.value) || o);
    return typeof x === "object" ? x.value || null : x;
  }
  return null;
}

// ---- messages -------------------------------------------------------------

function when(ts) {
  return new Date(Number(ts.split(".")[0]) * 1000).toLocaleString("ja-JP", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

function face(u) {
  const hue = [...u.id].reduce((n, c) => n * 31 + c.charCodeAt(0), 7) % 360;
  return el("div", { class: "face", style: `background:hsl(${hue} 45% 45%)`, "aria-hidden": "true" }, [...(u.real_name || u.name)][0]);
}

function message(m, inThread) {
  const u = user(m.user), ch = here();
  const ctx = { where: { channel: room, ts: m.ts }, value: () => null, set: () => {}, send: (a) => order("click", { user: me(), channel: room, ts: m.ts, ...a }) };
  const body = m.blocks && m.blocks.length ? blocks(m.blocks, ctx) : el("div", { class: "text" }, mrkdwn(m.text || ""));
  const hot = arrived && arrived[2] && m.ts === arrived[2] + "." + arrived[3];
  return el("div", { class: "msg" + (m.is_ephemeral ? " whisper" : "") + (hot ? " target" : "") }, face(u), el("div", { class: "body" },
    el("div", {}, el("span", { class: "who" }, m.username || u.real_name), m.bot_id ? el("span", { class: "app" }, "アプリ") : "",
      el("span", { class: "when" }, when(m.ts)), m.pinned_to ? " 📌" : "", m.is_ephemeral ? el("span", { class: "only" }, "あなただけに表示") : ""),
    body, (m.attachments || []).map((a) => el("div", { class: "attach", style: "border-color:" + (/^#?[0-9a-f]{6}$/i.test(a.color || "") ? "#" + a.color.replace("#", "") : "#ddd") },
      el("div", { class: "text" }, mrkdwn(a.text || "")), blocks(a.blocks, ctx))),
    (m.files || []).map((f) => el("div", { class: "attach" }, f.mode === "tombstone" ? "このファイルは削除されました" :
      el("a", { href: "/_sim/file?id=" + encodeURIComponent(f.id), target: "_blank", rel: "noopener" }, "📄 " + f.title + "（" + f.size + " バイト）"))),
    m.edited ? el("span", { class: "edited" }, "（編集済み）") : "",
    m.reactions ? el("div", { class: "pills" }, m.reactions.map((r) => el("button", {
      class: "pill" + (r.users.includes(me()) ? " mine" : ""), title: r.users.map((x) => user(x).real_name).join("、"),
      onclick: () => order("react", { user: me(), channel: room, ts: m.ts, name: r.name, remove: r.users.includes(me()) }),
    }, (emoji[r.name] || ":" + r.name + ":") + " " + r.count))) : "",
    !inThread && m.reply_count ? el("button", { class: "replies", onclick: () => openThread(m.ts) }, m.reply_count + " 件の返信") : ""),
  m.is_ephemeral || !ch.joined ? "" : el("div", { class: "tools" },
    ["eyes", "white_check_mark"].map((n) => el("button", { title: n, onclick: () => order("react", { user: me(), channel: room, ts: m.ts, name: n }) }, emoji[n])),
    inThread ? "" : el("button", { onclick: () => openThread(m.thread_ts || m.ts) }, "スレッド"),
    state.shortcuts.filter((s) => s.type === "message").map((s) => el("button", { onclick: () => order("shortcut", { user: me(), callback_id: s.callback_id, channel: room, ts: m.ts }) }, s.name))));
}

function openThread(ts) { thread = ts; shown = {}; draw(); }

// put redraws a part only when its data changed, so that focus is not lost.
function put(id, data, make) {
  const key = JSON.stringify([data, room, thread, state.me, errors]);
  if (shown[id] === key) return;
  shown[id] = key;
  const box = $(id), low = box.scrollTop + box.clientHeight > box.scrollHeight - 60 || !box.childElementCount;
  box.replaceChildren(...make());
  const hot = box.querySelector(".target");
  if (hot) hot.scrollIntoView({ block: "center" }); else if (low) box.scrollTop = box.scrollHeight;
}

// ---- the whole page -------------------------------------------------------

function title(c) {
  if (c.channel.is_im) return user(c.members.find((m) => m !== me()) || me()).real_name;
  return (c.channel.is_private ? "🔒 " : "# ") + c.channel.name;
}

function rooms() {
  const go = (id) => () => { room = id; thread = ""; if (id === "home") order("home", { user: me() }); else draw(); };
  const entry = (c) => {
    const last = c.messages.length ? c.messages[c.messages.length - 1].ts : "";
    const news = c.channel.id !== room && last > (seen[c.channel.id] || "");
    return el("button", { class: (c.channel.id === room ? "here" : "") + (c.joined ? "" : " away") + (news ? " news" : ""), onclick: go(c.channel.id) }, title(c) + (c.channel.is_archived ? "（アーカイブ）" : ""));
  };
  const dms = state.channels.filter((c) => c.channel.is_im || c.channel.is_mpim);
  return [el("h2", {}, "チャンネル"), ...state.channels.filter((c) => !dms.includes(c)).map(entry), el("h2", {}, "アプリ"),
    el("button", { class: room === "home" ? "here" : "", onclick: go("home") }, "🏠 " + state.app.name + " のホーム"), ...dms.map(entry)];
}

function draw() {
  $("team").textContent = state.team.name;
  $("link").textContent = state.app.sockets ? ` アプリ接続中（${state.app.sockets}）` : "";
  if (!$("me").childElementCount) {
    $("me").append(...state.users.filter((u) => !u.is_bot && !u.deleted).map((u) => el("option", { value: u.id }, u.real_name)));
    $("me").value = state.me;
  }
  const c = here();
  if (c && c.messages.length) seen[room] = c.messages[c.messages.length - 1].ts;
  put("rooms", [state.channels.map((x) => [x.channel, x.joined, x.messages.length]), seen], rooms);
  $("say").hidden = room === "home" || !c || !c.joined || c.channel.is_archived;
  if (room === "home") {
    put("head", "home", () => [el("b", {}, state.app.name)]);
    put("list", state.home, () => [state.home ? el("div", { style: "padding:0 22px" }, blocks(state.home.blocks, viewContext(state.home, "home"))) : el("p", { style: "padding:0 22px" }, "まだ何も公開されていません。")]);
  } else if (c) {
    put("head", [c.channel, c.bookmarks, c.members], () => [el("b", {}, title(c)), el("small", {}, `${c.members.length} 人　` + ((c.channel.topic || {}).value || "")),
      c.bookmarks.length ? el("div", { class: "marks" }, c.bookmarks.map((b) => el("a", { href: b.link, target: "_blank", rel: "noopener noreferrer" }, "🔖 " + b.title))) : ""]);
    const top = c.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype === "thread_broadcast");
    put("list", top, () => top.map((m) => message(m, false)));
    const inside = c.messages.filter((m) => thread && (m.ts === thread || m.thread_ts === thread));
    $("thread").hidden = !thread;
    put("replies", inside, () => inside.map((m) => message(m, true)));
  }
  if (room === "home") $("thread").hidden = true;
  drawModal();
}

function viewContext(v, id) {
  const store = (typed[v.id] = typed[v.id] || {});
  const key = (b, e) => b.block_id + "\n" + e.action_id;
  return {
    where: { view_id: id },
    value: (b, e) => (key(b, e) in store ? store[key(b, e)] : simple((v.state.values[b.block_id] || {})[e.action_id])),
    set: (b, e, x) => { store[key(b, e)] = x; },
    send: (a) => order("click_view", { user: me(), view_id: id, ...a }),
  };
}

function drawModal() {
  const v = state.views[state.views.length - 1];
  $("veil").hidden = !v;
  if (!v) { shown.veil = ""; $("veil").replaceChildren(); errors = {}; return; }
  put("veil", [v.id, v.hash, v.blocks], () => {
    const close = () => { errors = {}; order("close_view", { user: me(), view_id: v.id }); };
    return [el("div", { class: "modal", role: "dialog", "aria-modal": "true", "aria-label": v.title.text },
      el("header", {}, el("b", {}, plainText(v.title.text)), el("button", { class: "x", "aria-label": "閉じる", onclick: close }, "×")),
      blocks(v.blocks, viewContext(v, v.id)),
      el("footer", {}, el("button", { class: "btn", onclick: close }, v.close ? v.close.text : "キャンセル"),
        v.submit ? el("button", { class: "btn primary", onclick: () => submit(v) }, v.submit.text) : ""))];
  });
}

async function submit(v) {
  if (document.activeElement) document.activeElement.blur(); // the field in hand reports its value
  const inputs = new Set(v.blocks.filter((b) => b.type === "input").map((b) => b.block_id));
  const values = {};
  for (const [k, x] of Object.entries(typed[v.id] || {})) {
    const [block, action] = k.split("\n");
    if (inputs.has(block)) (values[block] = values[block] || {})[action] = x === "" ? null : x;
  }
  const out = await order("submit", { user: me(), view_id: v.id, values });
  errors = (out.result && out.result.errors) || {};
  draw();
}

function hints(text) {
  const on = text.startsWith("/");
  const list = on ? state.commands.filter((c) => c.command.startsWith(text.split(" ")[0])) : [];
  $("hints").replaceChildren(...(on ? list.map((c) => el("button", { type: "button", onclick: () => { const t = $("say").querySelector("textarea"); t.value = c.command + " "; t.focus(); } }, c.command + " " + (c.usage_hint || "") + "　" + (c.description || "")))
    : text ? [] : state.shortcuts.filter((s) => s.type === "global").map((s) => el("button", { type: "button", onclick: () => order("shortcut", { user: me(), callback_id: s.callback_id }) }, "⚡ " + s.name))));
}

function composer(id, threadTS) {
  const form = $(id), area = form.querySelector("textarea");
  area.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); form.requestSubmit(); } });
  if (id === "say") area.addEventListener("input", () => hints(area.value));
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const text = area.value.trim();
    if (!text) return;
    area.value = "";
    hints("");
    const [command, ...rest] = text.split(" ");
    if (!threadTS() && state.commands.some((c) => c.command === command)) await order("command", { user: me(), channel: room, command, text: rest.join(" ") });
    else await order("say", { user: me(), channel: room, thread_ts: threadTS(), text });
  });
}

async function refresh() {
  const who = $("me").value || "";
  const r = await fetch(`/_sim/state?user=${encodeURIComponent(who)}&rev=${rev}&messages=300`);
  const next = await r.json();
  if (next.unchanged) return;
  state = next;
  rev = next.rev;
  if (!who) { // nobody chosen yet: the first person
    $("me").append(...state.users.filter((u) => !u.is_bot && !u.deleted).map((u) => el("option", { value: u.id }, u.real_name)));
    room = arrived ? arrived[1] : (state.channels[1] || state.channels[0]).channel.id;
    rev = -1;
    return refresh();
  }
  draw();
}

$("me").addEventListener("change", () => { rev = -1; thread = ""; shown = {}; refresh().then(() => { if (room !== "home" && !here()) { room = state.channels[0].channel.id; draw(); } }); });
$("shut").addEventListener("click", () => { thread = ""; shown = {}; draw(); });
composer("say", () => "");
composer("reply", () => thread);
refresh().then(() => hints("")).catch((e) => toast(String(e)));
setInterval(() => refresh().catch(() => { $("link").textContent = " 接続が切れました"; }), 700);
