// Messages: in a channel or in a thread.
import { el, icon, face, menu, ask, toast } from "./dom.js";
import { mrkdwn, words, picture } from "./text.js";
import { blocks } from "./blocks.js";
import { page, user, act, openThread, target, forget, draw } from "./app.js";

export const title = (c) => (c.channel.is_im ? user(c.members.find((m) => m !== page.state.me) || page.state.me).real_name : c.channel.is_mpim ? c.members.filter((m) => m !== page.state.me).map((m) => user(m).real_name).join("、") : c.channel.name);

const at = (ts) => new Date(Number(ts.split(".")[0]) * 1000);
export const clock = (ts) => at(ts).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });
export function day(ts) {
  const d = at(ts), now = new Date(page.state.now * 1000), days = Math.round((new Date(now.toDateString()) - new Date(d.toDateString())) / 864e5);
  return days === 0 ? "今日" : days === 1 ? "昨日" : d.toLocaleDateString("ja-JP", { year: d.getFullYear() === now.getFullYear() ? undefined : "numeric", month: "long", day: "numeric", weekday: "short" });
}

const spoken = { channel_join: "が参加しました", group_join: "が参加しました", channel_leave: "が退出しました", group_leave: "が退出しました", channel_archive: "がアーカイブしました", group_archive: "がアーカイブしました", channel_unarchive: "がアーカイブから戻しました", group_unarchive: "がアーカイブから戻しました" };

// messages draws a list with dividers between days; what one person says in a row stands below one name.
export function messages(c, inThread) {
  const list = inThread ? c.messages : c.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype === "thread_broadcast");
  const out = [];
  let last = null;
  list.forEach((m, i) => {
    if (!last || day(last.ts) !== day(m.ts)) out.push(el("div", { class: "day" }, el("span", {}, day(m.ts))));
    const close = last && last.user === m.user && !m.is_ephemeral && !last.is_ephemeral && !m.subtype && !last.subtype && day(last.ts) === day(m.ts) && Number(m.ts) - Number(last.ts) < 300 && !(inThread && i === 1);
    out.push(message(c, m, inThread, close));
    if (inThread && i === 0 && list.length > 1) out.push(el("div", { class: "day left" }, el("span", {}, list.length - 1 + " 件の返信")));
    last = m;
  });
  if (!out.length) out.push(el("div", { class: "empty" }, el("h3", {}, "まだメッセージはありません"), el("p", {}, c.joined ? "最初のひとことをどうぞ。" : "このチャンネルに参加していません。")));
  if (!inThread && !c.joined) out.push(el("div", { class: "joinbar" }, el("span", {}, title(c) + " を見ています。"), el("button", { type: "button", class: "btn primary", onclick: () => act("room", { channel: c.channel.id, act: "join" }) }, "参加する")));
  return out;
}

function system(m) {
  const text = spoken[m.subtype];
  return el("div", { class: "msg system" }, el("span", { class: "gutter" }), el("div", { class: "body" }, el("b", {}, user(m.user).real_name), " ", text || words((m.text || "").replace(/^<@\w+> /, "").replace("set the channel topic:", "がトピックを変えました:").replace("set the channel purpose:", "が説明を変えました:")), el("time", {}, clock(m.ts))));
}

function message(c, m, inThread, close) {
  if (/^(channel|group)_/.test(m.subtype || "")) return system(m);
  const u = user(m.user), room = c.channel.id;
  const ctx = { where: { channel: room, ts: m.ts }, value: () => null, set: () => {}, send: (a) => act("click", { channel: room, ts: m.ts, ...a }) };
  const time = el("a", { class: "when", href: m.permalink ? new URL(m.permalink, location).pathname : undefined, title: at(m.ts).toLocaleString("ja-JP"), onclick: (e) => e.preventDefault() }, clock(m.ts));
  const body = m.blocks && m.blocks.length ? blocks(m.blocks, ctx) : el("div", { class: "text" + (m.subtype === "me_message" ? " me" : "") }, mrkdwn(m.text || ""));
  const gone = m.subtype === "tombstone";
  const box = el("div", { class: "msg" + (close ? " close" : "") + (m.is_ephemeral ? " whisper" : "") + (m.ts === target ? " target" : "") + (m.pinned_to ? " pinned" : ""), tabindex: "-1", "data-ts": m.ts },
    m.pinned_to ? el("div", { class: "flag" }, icon("pin"), "ピン留めされています") : m.subtype === "thread_broadcast" && !inThread ? el("div", { class: "flag" }, icon("reply"), el("button", { type: "button", class: "flat", onclick: () => openThread(m.thread_ts) }, "スレッドに返信しました")) : m.is_ephemeral ? el("div", { class: "flag" }, "あなただけに表示されています", el("button", { type: "button", class: "flat", onclick: () => act("delete", { channel: room, ts: m.ts }) }, "閉じる")) : "",
    el("span", { class: "gutter" }, close ? time : gone ? icon("close") : face(m.username ? { id: m.username, name: m.username, is_bot: true } : u)),
    el("div", { class: "body" },
      close ? "" : el("div", { class: "line" }, el("b", { class: "who" }, gone ? "（削除済み）" : m.username || u.real_name), m.bot_id ? el("span", { class: "app" }, "アプリ") : "", time),
      gone ? el("div", { class: "soft" }, "このメッセージは削除されました。") : body,
      m.edited ? el("span", { class: "edited", title: clock(m.edited.ts) }, "（編集済み）") : "",
      (m.attachments || []).map((a) => attachment(a, ctx)), (m.files || []).map(file),
      m.reactions ? el("div", { class: "pills" }, m.reactions.map((r) => pill(room, m, r))) : "",
      !inThread && m.reply_count ? replies(c, m) : ""));
  if (!gone && !m.is_ephemeral && c.joined && !c.channel.is_archived) box.append(tools(c, m, inThread));
  return box;
}

function attachment(a, ctx) {
  const colour = /^#?[0-9a-f]{6}$/i.test(a.color || "") ? "#" + a.color.replace("#", "") : { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" }[a.color];
  return el("div", { class: "attach", css: colour ? { "border-color": colour } : {} }, a.pretext ? el("div", { class: "text" }, mrkdwn(a.pretext)) : "", a.title ? el("b", {}, words(a.title)) : "", a.text ? el("div", { class: "text" }, mrkdwn(a.text)) : "",
    a.fields ? el("div", { class: "fields" }, a.fields.map((f) => el("div", {}, el("b", {}, words(f.title || "")), el("div", { class: "text" }, mrkdwn(f.value || ""))))) : "", a.blocks ? blocks(a.blocks, ctx) : "", a.footer ? el("small", { class: "soft" }, words(a.footer)) : "");
}

const size = (n) => (n < 1024 ? n + " バイト" : n < 1 << 20 ? (n / 1024).toFixed(1) + " KB" : (n / (1 << 20)).toFixed(1) + " MB");
const file = (f) => (f.mode === "tombstone" ? el("div", { class: "file soft" }, icon("file"), "このファイルは削除されました") : el("a", { class: "file", href: "/_sim/file?id=" + encodeURIComponent(f.id), target: "_blank", rel: "noopener" }, icon("file"), el("span", {}, el("b", {}, f.title || f.name), el("small", {}, f.pretty_type + "・" + size(f.size)))));

function pill(room, m, r) {
  const mine = r.users.includes(page.state.me), who = r.users.map((x) => user(x).real_name).join("、");
  return el("button", { type: "button", class: "pill" + (mine ? " mine" : ""), "aria-pressed": String(mine), title: who + " が " + picture(r.name), "aria-label": picture(r.name) + " " + r.count + "件: " + who, onclick: () => act("react", { channel: room, ts: m.ts, name: r.name, remove: mine }) }, el("span", { class: "emoji" }, picture(r.name)), r.count);
}

function replies(c, m) {
  return el("button", { type: "button", class: "replies", onclick: () => openThread(m.ts) }, (m.reply_users || []).slice(0, 4).map((id) => face(user(id), "tiny")), el("b", {}, m.reply_count + " 件の返信"), el("small", {}, "最終返信 " + (day(m.latest_reply) === "今日" ? "" : day(m.latest_reply) + " ") + clock(m.latest_reply)));
}

const quick = ["eyes", "white_check_mark", "raised_hands"];
const picks = ["eyes", "white_check_mark", "raised_hands", "+1", "pray", "tada", "fire", "warning", "rotating_light", "hourglass_flowing_sand", "memo", "thinking_face", "x", "bow"];

function tools(c, m, inThread) {
  const room = c.channel.id, react = (name) => act("react", { channel: room, ts: m.ts, name }), own = m.user === page.state.me, admin = user(page.state.me).is_admin;
  const button = (label, what, f, more) => el("button", { type: "button", "aria-label": label, title: label, onclick: f, ...more }, what);
  const more = button("その他", icon("more"), () => menu(more, [
    ...page.state.shortcuts.filter((s) => s.type === "message").map((s) => ["⚡ " + s.name, () => act("shortcut", { callback_id: s.callback_id, channel: room, ts: m.ts })]),
    page.state.shortcuts.some((s) => s.type === "message") && ["-"],
    ["ほかの絵文字", () => menu(more, picks.map((n) => [picture(n) + " :" + n + ":", () => react(n)]))],
    m.permalink && ["リンクをコピー", async () => { await navigator.clipboard?.writeText(m.permalink); toast("リンクをコピーしました"); }],
    own && !m.bot_id && ["編集する", () => edit(room, m)],
    (own || admin) && ["削除する", async () => { if (await ask("メッセージを削除しますか？", "元には戻せません。", "削除する", { danger: true })) act("delete", { channel: room, ts: m.ts }); }, "danger"],
  ]), { "aria-haspopup": "menu" });
  return el("div", { class: "tools", role: "toolbar", "aria-label": "メッセージの操作" }, quick.map((n) => button(n, picture(n), () => react(n))), inThread ? "" : button("スレッドで返信", icon("reply"), () => openThread(m.thread_ts || m.ts)), more);
}

export async function edit(room, m) {
  const raw = (m.text || "").replace(/<@(\w+)(?:\|[^>]*)?>/g, (all, id) => "@" + user(id).name).replace(/<#\w+\|([^>]*)>/g, "#$1").replace(/<((?:https?|mailto):[^>|]*)(?:\|[^>]*)?>/g, "$1").replace(/^• /gm, "- ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const text = await ask("メッセージを編集", "", "保存", { field: raw });
  if (text) { await act("edit", { channel: room, ts: m.ts, text }); forget("list"); draw(); }
}
