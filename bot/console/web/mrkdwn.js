// Slack's text: mrkdwn, plain text and rich text as nodes. Nothing of it is ever parsed as HTML.
import { el, when } from "./dom.js";

const emoji = {
  eyes: "👀", white_check_mark: "✅", warning: "⚠️", rotating_light: "🚨", bell: "🔔", hourglass: "⌛", hourglass_flowing_sand: "⏳", x: "❌", o: "⭕", memo: "📝",
  fire: "🔥", tada: "🎉", thumbsup: "👍", "+1": "👍", telephone_receiver: "📞", calendar: "📅", wrench: "🔧", lock: "🔒", ticket: "🎫", information_source: "ℹ️",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", mega: "📣", pray: "🙏", arrow_forward: "▶️", double_vertical_bar: "⏸️",
};

// names tell who and what an id is; links to Backlog open in the page.
let names = { user: (id) => id, channel: (id) => id, group: (id) => id, link: () => null };
export const setNames = (n) => { names = n; };

const pictures = (s) => s.replace(/:([a-z0-9_+-]+):/g, (all, n) => emoji[n] || all);
const words = (s) => pictures(s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"));

function angle(inner) {
  const cut = inner.indexOf("|");
  const id = cut < 0 ? inner : inner.slice(0, cut), label = cut < 0 ? "" : inner.slice(cut + 1);
  if (id[0] === "@") return el("span", { class: "ref" }, "@" + names.user(id.slice(1)));
  if (id[0] === "#") return el("span", { class: "ref" }, "#" + names.channel(id.slice(1)));
  if (id.startsWith("!subteam^")) return el("span", { class: "ref" }, "@" + names.group(id.slice(9)));
  if (id.startsWith("!date^")) return el("time", {}, when(new Date(Number(id.split("^")[1]) * 1000)));
  if (id[0] === "!") return el("span", { class: "ref" }, "@" + id.slice(1));
  if (/^(https?|mailto):/.test(id)) return link(words(id), words(label || id));
  return "<" + inner + ">";
}

function link(href, label) {
  const inside = names.link(href);
  return inside ? el("button", { type: "button", class: "link", onclick: inside }, label) : el("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

const rules = [
  [/```([^]*?)```/, (m) => el("pre", {}, words(m[1].replace(/^\n/, "")))],
  [/`([^`\n]+)`/, (m) => el("code", {}, words(m[1]))],
  [/<([^<>\n]+)>/, (m) => angle(m[1])],
  [/(^|\n)(?:&gt;|>) ?([^\n]*)/, (m) => el("blockquote", {}, mrkdwn(m[2]))],
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

// text shows a text object.
export const text = (t) => (!t ? [] : t.type === "mrkdwn" ? mrkdwn(t.text || "") : [words(t.text || "")]);
export const plain = (t) => (t ? words(t.text || "") : ""); // Slack escapes plain text, too

export function rich(e) {
  const styled = (n, st) => Object.entries({ bold: "b", italic: "i", strike: "s", code: "code" }).reduce((x, [k, tag]) => (st && st[k] ? el(tag, {}, x) : x), n);
  switch (e.type) {
    case "text": return styled(pictures(e.text), e.style);
    case "user": return angle("@" + e.user_id);
    case "channel": return angle("#" + e.channel_id);
    case "usergroup": return angle("!subteam^" + e.usergroup_id);
    case "broadcast": return angle("!" + e.range);
    case "emoji": return emoji[e.name] || ":" + e.name + ":";
    case "date": return el("time", {}, when(new Date(e.timestamp * 1000)));
    case "link": return /^(https?|mailto):/.test(e.url) ? link(e.url, e.text || e.url) : e.text || e.url;
    case "rich_text_list": return el(e.style === "ordered" ? "ol" : "ul", {}, e.elements.map((i) => el("li", {}, rich(i))));
    case "rich_text_preformatted": return el("pre", {}, e.elements.map(rich));
    case "rich_text_quote": return el("blockquote", {}, e.elements.map(rich));
    case "rich_text_section": return el("div", {}, (e.elements || []).map(rich));
    default: return "";
  }
}
