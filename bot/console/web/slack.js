// The staff's side: channels, messages with cards and buttons, threads, forms. Acts as the chosen person.
import { $, el, draw, forget, face, icon, toast, when, time, day } from "./dom.js";
import { slack, demo, alarm, attempt, Problem } from "./api.js";
import { blocks } from "./blocks.js";
import { mrkdwn, setNames } from "./mrkdwn.js";
import * as modal from "./modal.js";

const people = ["U0SATO", "U0SUZUKI", "U0YAMADA"];
let state = null, rev = -1, me = people[0], here = "", thread = "", most = 60, seen = {}, dismissed = new Set(), whispered = new Set(), showing = { issue: () => {}, page: () => {} }, backlogURL = "";

const user = (id) => state.users.find((u) => u.id === id) || { id, name: id, real_name: id };
const current = () => state.channels.find((c) => c.channel.id === here);
const HOME = "home"; // the app's own page, in place of a channel

export async function start(info, issue, page) {
  backlogURL = info.backlog_url;
  showing = { issue, page };
  setNames({
    user: (id) => user(id).real_name, channel: (id) => state.channels.find((c) => c.channel.id === id)?.channel.name || id,
    group: (id) => (state.usergroups || []).find((g) => g.id === id)?.handle || id, link: inside,
  });
  await refresh();
  $("me").append(...people.map((id) => el("option", { value: id }, user(id).real_name)));
  $("me").addEventListener("change", () => { me = $("me").value; rev = -1; forget($("messages")); if (here === HOME) go(HOME); attempt(refresh); });
  here = (state.channels.find(desk) || state.channels[0]).channel.id;
  const box = $("say");
  quick(info, box);
  $("composer").addEventListener("submit", (e) => { e.preventDefault(); say(box); });
  box.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); say(box); } });
  show();
  document.fonts.ready.then(() => { $("messages").scrollTop = $("messages").scrollHeight; });
}

// quick offers what has no button on a card: a press types the command.
function quick(info, box) {
  const command = (text) => async () => { await act("command", { channel: here, command: "/toban", text }); $("messages").scrollTop = $("messages").scrollHeight; };
  const begin = (text) => () => { box.value = text; box.focus(); };
  const modes = el("select", { id: "mode", title: "/toban mode: お客様への発信をどこまで行うかを変えます（山田さんとして）", onchange: () => change(info.project_key) },
    [["on", "通常"], ["assist", "確認してから送る"], ["shadow", "見せるだけ"], ["off", "止める"]].map(([value, label]) => el("option", { value }, label)));
  const press = (label, title, onclick) => el("button", { type: "button", class: "ghost", title, onclick }, label);
  $("quick").append(
    el("label", { class: "ghost mode" }, "モード", modes),
    press("電話のご依頼", "/toban new: 電話で承ったご依頼を登録します", command("new")),
    info.mailbox ? press("メールのご依頼", `お客様の担当者から、${info.mailbox} へ依頼のメールが届きます`, () => attempt(async () => {
      await demo.mail({ subject: "web01 のバックアップ", text: "お世話になっております。\nweb01 のバックアップの追加をお願いします。\n\n■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n" });
      toast("メールを送りました。まもなく課題とカードになります。", "good");
    })) : "",
    press("障害・訓練", "/toban incident: 障害のご連絡を登録します。訓練もここから始めます", command("incident")),
    info.alert_door ? press("監視の警報", "お客様の監視から、web01 の警報が届きます。もう一度押すと同じ障害にまとまります", () => attempt(async () => {
      await alarm(info.alert_door, { host: "web01", name: "URL監視", state: "critical" });
      toast("監視の警報を送りました。まもなくカードが届きます。", "good");
    })) : "",
    press("作業予定", "/toban schedule: これからの作業を表示します", command("schedule")),
    info.schedule_feed ? el("a", { class: "ghost", href: info.schedule_feed, target: "_blank", rel: "noopener", title: "作業予定を iCalendar で開きます" }, "iCalendar") : "",
    press("経緯と根拠", "/toban explain 課題キー: 判断の経緯と期限の計算を表示します", begin("/toban explain ")),
    press("当番", "/toban oncall: いまの当番を表示します", command("oncall")),
    press("発信を止める", "/toban stop: お客様への発信を止めます", command("stop all デモ")), press("再開", "/toban start: 止めた発信を再開します", command("start all")),
    press("使い方", "/toban help", command("help")),
  );
}

// change changes the project's mode as the manager, who may; the page shows the mode that holds then.
async function change(project) {
  await act("command", { user: "U0YAMADA", channel: here, command: "/toban", text: `mode ${project} ${$("mode").value} デモ` });
  await attempt(mode);
}

// mode shows how far Toban goes now.
async function mode() {
  const is = (await demo.info()).mode;
  if (is && $("mode")) $("mode").value = is;
}

// inside makes a link to the stand-in of Backlog open on the other side of this page.
function inside(href) {
  if (!href.startsWith(backlogURL + "/")) return null;
  const path = href.slice(backlogURL.length);
  const issue = path.match(/^\/view\/([A-Z0-9_]+-\d+)/), page = path.match(/^\/alias\/wiki\/(\d+)/);
  if (issue) return () => showing.issue(issue[1]);
  return page ? () => showing.page(Number(page[1])) : null;
}

export async function refresh() {
  const who = me, next = await slack.state(who, rev);
  if (next.unchanged || who !== me) return;
  state = next;
  rev = next.rev;
  if (here) show();
  await mode(); // a change of it is told in Slack
}

const desk = (c) => c.channel.name === "サポート受付"; // the sample customer's channel

// room goes back to the desk's channel.
export function room() {
  const c = state.channels.find(desk);
  if (c) go(c.channel.id);
  $("messages").focus();
}

function go(id, ts = "") {
  [here, thread, most] = [id, ts, 60];
  forget($("messages"));
  if (id === HOME) attempt(async () => { await slack.act("home", { user: me }); await refresh(); });
  show();
  $("messages").scrollTop = ts || id === HOME ? 0 : $("messages").scrollHeight; // a thread begins with its card
}

// act does something as the chosen person. What was drawn anew while the person aimed at it is no more: the page shows the new one.
const act = (name, body) => attempt(async () => {
  try {
    return await slack.act(name, { user: me, ...body });
  } catch (e) {
    throw name.startsWith("click") && e.status === 404 ? new Problem("画面が新しくなりました。もう一度押してください。", 404) : e;
  } finally {
    await refresh();
  }
});

async function say(box) {
  const words = box.value.trim();
  if (!words) return;
  box.value = "";
  const [command, ...rest] = words.split(/\s+/);
  const known = !thread && words[0] === "/" && state.commands.some((c) => c.command === command);
  await (known ? act("command", { channel: here, command, text: rest.join(" ") }) : act("say", { channel: here, ...(thread ? { thread_ts: thread } : {}), text: words }));
  $("messages").scrollTop = $("messages").scrollHeight;
}

function title(c) {
  if (c.channel.is_im) return user(c.members.find((m) => m !== me) || me).real_name;
  return [c.channel.is_private ? icon("lock") : "# ", c.channel.name];
}

function show() {
  const atHome = here === HOME, c = current() || state.channels[0];
  if (!atHome) here = c.channel.id;
  const lastOf = (x) => (x.messages.length ? x.messages[x.messages.length - 1].ts : "");
  if (!atHome) seen[here] = lastOf(c);
  const rooms = state.channels.filter((x) => x.members.includes(state.app.bot_user_id) && !(x.channel.is_im && !x.messages.length)).sort((a, b) => desk(b) - desk(a));
  draw($("rooms"), [me, here, rooms.map((x) => [x.channel.id, lastOf(x) > (seen[x.channel.id] || "")])], () => [el("button", { type: "button", "data-name": HOME, "aria-pressed": String(atHome), title: "当番のホーム: 自分の担当、今日の期限、対応中の障害、これからの作業", onclick: () => go(HOME) }, "ホーム"), ...rooms.map((x) => {
    const news = lastOf(x) > (seen[x.channel.id] || "");
    return el("button", { type: "button", "data-name": x.channel.id, class: news ? "news" : "", "aria-pressed": String(x.channel.id === here), onclick: () => go(x.channel.id) },
      title(x), news ? el("span", { class: "sr" }, "（未読）") : "");
  })]);
  const inThread = thread && c.messages.filter((m) => m.ts === thread || m.thread_ts === thread);
  draw($("room-head"), [me, here, thread, state.app.sockets], () => (atHome ? [el("b", {}, "当番のホーム"), el("span", { class: "soft" }, user(me).real_name + " さんの画面")] : thread ? [el("button", { type: "button", class: "link", "data-name": "back", onclick: () => go(here) }, "← ", title(c)), el("b", {}, "スレッド")] : [
    el("b", {}, title(c)), el("span", { class: "soft" }, (c.channel.topic || {}).value || ""), state.app.sockets ? "" : el("span", { class: "off" }, "アプリは切断中です")]));
  $("composer").hidden = $("quick").hidden = atHome || !c.joined || c.channel.is_archived;
  $("say").placeholder = thread ? "スレッドに返信する" : "メッセージ、または /toban help";
  if (atHome) home(); else list(c, inThread || c.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype === "thread_broadcast" || m.is_ephemeral));
  const world = {
    users: () => state.users.filter((u) => !u.deleted).map((u) => [u.id, u.real_name]),
    channels: () => state.channels.filter((x) => x.channel.name).map((x) => [x.channel.id, "#" + x.channel.name]),
  };
  modal.show(state.views, me, world, (again) => { if (again) rev = -1; return attempt(refresh); });
}

// home draws App Home as the bot published it for this person.
function home() {
  const view = state.home;
  draw($("messages"), [me, HOME, view && view.hash], () => (view ? el("div", { class: "home" }, blocks(view.blocks, {
    name: HOME, inside, users: () => [], channels: () => [], send: (a) => act("click_view", { view_id: view.id, ...a }),
  })) : el("div", { class: "empty" }, el("p", {}, "ホームを開いています…"))));
}

function list(c, messages) {
  const box = $("messages");
  messages = messages.filter((m) => !dismissed.has(m.ts));
  const root = thread ? messages.slice(0, 1) : [], rest = messages.slice(root.length), older = rest.length > most;
  messages = [...root, ...rest.slice(-most)]; // a long day is not drawn whole at once
  const more = older ? el("p", { class: "older" }, el("button", { type: "button", class: "ghost", onclick: () => { most += 200; show(); } }, `前のメッセージを表示（あと${rest.length - most}件）`)) : "";
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80 || !box.childElementCount;
  const first = !box.querySelector(".msg");
  const changed = draw(box, [me, here, thread, rest.length - messages.length, messages], () => {
    if (!messages.length) return el("div", { class: "empty" }, el("p", { class: "big" }, "まだメッセージはありません"), el("p", {}, "チケットが開かれると、当番がここにカードを出します。"));
    let last = "";
    return messages.map((m, i) => {
      const d = day(new Date(Number(m.ts) * 1000)), line = d !== last ? el("div", { class: "day", role: "separator" }, el("span", {}, d)) : "";
      last = d;
      return [i === root.length ? more : "", line, message(c, m)];
    });
  });
  if (changed && low && !(first && thread)) box.scrollTop = box.scrollHeight;
  for (const m of messages.filter((x) => x.is_ephemeral && !whispered.has(me + x.ts))) {
    whispered.add(me + m.ts);
    if (!low && !first) toast(mrkdwn(m.text || "")); // the answer to a button stands at the end, which is out of sight
  }
}

// shortcuts are what can be done with a person's message.
const shortcuts = (c, m) => (state.shortcuts || []).filter((s) => s.type === "message").map((s) => el("button", {
  type: "button", class: "link", title: s.description, "data-name": "s" + m.ts, onclick: () => act("shortcut", { callback_id: s.callback_id, channel: c.channel.id, ts: m.ts }),
}, s.name));

// broadcast says from which thread a message came that is shown in the channel, too.
function broadcast(c, m) {
  if (m.subtype !== "thread_broadcast" || thread) return "";
  const root = c.messages.find((x) => x.ts === m.thread_ts), name = root?.blocks?.find((b) => b.type === "header")?.text.text || "スレッド";
  return el("p", { class: "from" }, "スレッドから: ", el("button", { type: "button", class: "link", onclick: () => go(c.channel.id, m.thread_ts) }, name));
}

const colour = (m) => {
  const words = JSON.stringify(m.blocks || "");
  if (words.includes("【緊急】")) return "alarm";
  if (words.includes("【注意】")) return "warn";
  return words.includes("【完了】") || words.includes("【終了】") ? "done" : "calm";
};

function message(c, m) {
  const u = user(m.user), bot = !!m.bot_id, id = c.channel.id, root = m.thread_ts || m.ts;
  const ctx = {
    name: m.ts, inside, users: () => [], channels: () => [],
    send: async (a) => { if (await act("click", { channel: id, ts: m.ts, ...a })) document.dispatchEvent(new CustomEvent("pressed", { detail: a.action_id })); },
  };
  const card = (m.blocks || []).some((b) => b.type === "header");
  const body = m.blocks?.length ? blocks(m.blocks, ctx) : el("div", { class: "text" }, mrkdwn(m.text || ""));
  return el("article", { class: "msg" + (m.is_ephemeral ? " whisper" : ""), tabindex: -1, "data-name": "m" + m.ts, "aria-label": `${u.real_name} ${time(new Date(Number(m.ts) * 1000))}` }, face(u.real_name, bot), el("div", { class: "said" },
    el("p", { class: "by" }, el("b", {}, m.username || u.real_name), bot ? el("span", { class: "badge" }, "アプリ") : "", el("time", {}, time(new Date(Number(m.ts) * 1000))),
      m.edited ? el("span", { class: "soft" }, "（更新済み）") : "", m.is_ephemeral ? el("span", { class: "only" }, icon("eye"), "あなただけに表示") : ""),
    broadcast(c, m),
    card ? el("div", { class: "card " + colour(m) }, body) : body,
    (m.attachments || []).map((a) => el("div", { class: "card", colour: /^#?[0-9a-f]{6}$/i.test(a.color || "") ? "#" + a.color.replace("#", "") : null },
      a.text ? el("div", { class: "text" }, mrkdwn(a.text)) : "", a.blocks ? blocks(a.blocks, ctx) : "")),
    el("p", { class: "under" },
      m.reactions ? m.reactions.map((r) => el("span", { class: "pill" }, `:${r.name}: ${r.count}`)) : "",
      bot || m.is_ephemeral ? "" : shortcuts(c, m),
      m.is_ephemeral ? el("button", { type: "button", class: "link", onclick: () => { dismissed.add(m.ts); show(); } }, "表示を消す") : "",
      !thread && !m.is_ephemeral ? el("button", { type: "button", class: "link", "data-name": "t" + m.ts, onclick: () => go(id, root) },
        icon("bubble"), m.reply_count ? `${m.reply_count} 件の返信` : m.thread_ts ? "スレッドを見る" : "スレッドで返信") : "", !thread && m.reply_count && m.latest_reply ? el("span", { class: "soft" }, "最終 " + when(new Date(Number(m.latest_reply) * 1000))) : "")));
}
