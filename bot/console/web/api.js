// The ways out of the page: the demo's own addresses, the API of Backlog with the customer's key, and acting as a person in Slack.
import { toast } from "./dom.js";

// problem is an answer that was no success; its text is for people.
export class Problem extends Error {
  constructor(text, status) { super(text); this.status = status; }
}

async function call(url, options = {}) {
  let r;
  try {
    r = await fetch(url, options);
  } catch {
    throw new Problem("デモに接続できません。終了していないか確認してください。", 0);
  }
  const text = await r.text();
  let body = null;
  try { body = text ? JSON.parse(text) : null; } catch { /* not JSON: the status says enough */ }
  if (!r.ok || (body && body.ok === false)) throw new Problem(reason(body) || `${r.status} ${r.statusText}`, r.status);
  return body;
}

const reason = (b) => b && (b.error || (b.errors || []).map((e) => e.message).join(" "));
const json = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const demo = {
  info: () => call("/demo/info"),
  promises: () => call("/demo/promises"),
  clock: (order) => call("/demo/clock", json(order)),
  mail: (body) => call("/demo/mail", json(body)),
  report: () => call("/demo/report", json({})),
};

// alarm reports an alert as the customer's monitoring does.
export const alarm = (path, body) => call(path, json(body));

// attempt does something that a person asked for and tells them when it fails.
export async function attempt(f) {
  try {
    return await f();
  } catch (e) {
    toast(e instanceof Problem ? e.message : String(e), "bad");
    return undefined;
  }
}

let key = "";
export const useKey = (k) => { key = k; };

// backlog speaks the API v2 as the customer.
export const backlog = {
  get: (path, query = {}) => call("/backlog/api/v2/" + path + "?" + form(query), { headers: { "Backlog-API-Key": key } }),
  post: (path, fields) => call("/backlog/api/v2/" + path, {
    method: "POST", headers: { "Backlog-API-Key": key, "Content-Type": "application/x-www-form-urlencoded" }, body: form(fields),
  }),
};

function form(fields) {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(fields)) for (const x of [v].flat()) p.append(k, x);
  return p.toString();
}

// slack looks and acts as a person in front of Slack.
export const slack = {
  state: (user, rev) => call(`/slack-workspace/_sim/state?user=${encodeURIComponent(user)}&rev=${rev}`),
  act: (name, body) => call("/slack-workspace/_sim/" + name, json(body)),
};

// rendered is a text in the project's rule as the stand-in's own renderer shows it: it escapes everything that is no notation. This is
// the only place where markup enters the page.
const cache = new Map();
export async function rendered(rule, text) {
  const id = rule + "\n" + text;
  if (!cache.has(id)) {
    if (cache.size > 500) cache.clear();
    cache.set(id, (await call("/backlog/_sim/render", json({ rule, text }))).html);
  }
  const t = document.createElement("template");
  t.innerHTML = cache.get(id);
  for (const a of t.content.querySelectorAll("a[href]")) {
    if (!a.getAttribute("href").startsWith("/")) a.target = "_blank";
  }
  return t.content;
}

// listen opens the event stream; the browser opens it again by itself when it breaks.
export function listen({ change, clock, up }) {
  const s = new EventSource("/demo/events");
  s.addEventListener("change", (e) => change(JSON.parse(e.data).what));
  s.addEventListener("clock", (e) => clock(JSON.parse(e.data)));
  s.addEventListener("open", () => up(true));
  s.addEventListener("error", () => up(false));
  addEventListener("pagehide", () => s.close());
}
