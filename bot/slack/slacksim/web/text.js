// Slack's text as nodes: mrkdwn, plain text and rich text. Nothing of it is ever parsed as HTML.
import { el } from "./dom.js";

let world = { user: (id) => ({ id, name: id }), channel: () => null, group: () => null, me: () => "", open: () => {} }, pictures = {};
export const setWorld = (w) => { world = w; };
export const setEmoji = (e) => { pictures = e; };
export const picture = (name) => pictures[name] || ":" + name + ":";

const drawn = (s) => s.replace(/:([a-z0-9_+'-]+):/g, (all, n) => pictures[n] || all);
export const words = (s) => drawn(s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"));

function angle(inner) {
  const cut = inner.indexOf("|");
  const id = cut < 0 ? inner : inner.slice(0, cut), label = cut < 0 ? "" : inner.slice(cut + 1);
  if (id[0] === "@") { const u = world.user(id.slice(1)); return el("span", { class: "ref" + (u.id === world.me() ? " me" : "") }, "@" + (u.real_name || u.name)); }
  if (id[0] === "#") { const c = world.channel(id.slice(1)); return el("button", { type: "button", class: "ref", onclick: () => world.open(id.slice(1)) }, "#" + (c ? c.name : label || id.slice(1))); }
  if (id.startsWith("!subteam^")) { const g = world.group(id.slice(9)); return el("span", { class: "ref" + (g && g.users.includes(world.me()) ? " me" : "") }, "@" + (g ? g.handle : label || "group")); }
  if (id.startsWith("!date^")) return date(Number(id.split("^")[1]), words(label || id));
  if (id[0] === "!") return el("span", { class: "ref me" }, "@" + id.slice(1));
  return link(words(id), words(label || id));
}

const date = (at, fallback) => el("time", { class: "ref", title: fallback }, at > 0 && at < 8e12 ? new Date(at * 1000).toLocaleString("ja-JP", { dateStyle: "medium", timeStyle: "short" }) : fallback);

function link(href, label) {
  if (!/^(https?|mailto|tel):/.test(href)) return label;
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

const rules = [
  [/```([^]*?)```/, (m) => el("pre", {}, words(m[1].replace(/^\n/, "")))],
  [/`([^`\n]+)`/, (m) => el("code", {}, words(m[1]))],
  [/<((?:[@#!]|https?:|mailto:|tel:)[^<>\n]+)>/, (m) => angle(m[1])],
  [/(?:^|\n)((?:(?:&gt;|>)[^\n]*(?:\n|$))+)/, (m) => el("blockquote", {}, mrkdwn(m[1].replace(/^(?:&gt;|>) ?/gm, "").replace(/\n$/, "")))],
  [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*\S)\*(?![\p{L}\p{N}*])/u, (m) => el("b", {}, mrkdwn(m[1]))],
  [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*\S)_(?![\p{L}\p{N}_])/u, (m) => el("i", {}, mrkdwn(m[1]))],
  [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*\S)~(?![\p{L}\p{N}~])/u, (m) => el("s", {}, mrkdwn(m[1]))],
];

export function mrkdwn(s) {
  const out = [];
  while (s) {
    let best = null, make = null;
    for (const [re, f] of rules) {
      const m = re.exec(s);
      if (m && (!best || m.index < best.index)) [best, make] = [m, f];
    }
    if (!best) { out.push(words(s)); break; }
    if (best.index) out.push(words(s.slice(0, best.index)));
    out.push(make(best));
    s = s.slice(best.index + best[0].length);
  }
  return out;
}

// txt shows a text object, plain gives its words.
export const txt = (t) => (!t ? [] : t.type === "mrkdwn" ? mrkdwn(t.text || "") : [words(t.text || "")]);
export const plain = (t) => (t ? words(t.text || "") : "");

const tags = { bold: "b", italic: "i", strike: "s", code: "code" };
const styled = (n, st) => Object.entries(tags).reduce((x, [k, tag]) => (st && st[k] ? el(tag, {}, x) : x), n);

export function rich(e) {
  switch (e.type) {
    case "text": return styled(drawn(e.text || ""), e.style);
    case "user": return styled(angle("@" + e.user_id), e.style);
    case "channel": return styled(angle("#" + e.channel_id), e.style);
    case "usergroup": return styled(angle("!subteam^" + e.usergroup_id), e.style);
    case "broadcast": return styled(angle("!" + e.range), e.style);
    case "date": return date(e.timestamp, e.fallback || "");
    case "emoji": return el("span", { class: "emoji", title: ":" + e.name + ":" }, picture(e.name));
    case "color": return el("span", {}, el("i", { class: "swatch", css: { background: /^#[0-9a-f]{3,8}$/i.test(e.value) ? e.value : "none" } }), e.value);
    case "link": return styled(link(e.url || "", e.text || e.url || ""), e.style);
    case "rich_text_list": return el(e.style === "ordered" ? "ol" : "ul", { css: { "margin-left": 1.4 * (e.indent || 0) + "em" } }, (e.elements || []).map((i) => el("li", {}, rich(i))));
    case "rich_text_preformatted": return el("pre", {}, (e.elements || []).map(rich));
    case "rich_text_quote": return el("blockquote", {}, (e.elements || []).map(rich));
    case "rich_text_section": return el("div", {}, (e.elements || []).map(rich));
    default: return "";
  }
}
