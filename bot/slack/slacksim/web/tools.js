// The developer's drawer: what the app called, what it was sent, and how to make Slack misbehave.
import { $, el, icon, toast } from "./dom.js";
import { page, order, put, forget } from "./app.js";

let tab = "calls", loading = false, calls = [], deliveries = [], pending = 0, open = "";

const faults = [
  ["応答が消える", "保存した後で接続が切れる（次の 1 回）", { kind: "drop_after", count: 1 }],
  ["429", "Retry-After: 5（次の 1 回）", { kind: "rate_limit", retry_after: 5, count: 1 }],
  ["500", "保存の前に失敗（次の 1 回）", { kind: "fail_before", count: 1 }],
  ["遅い", "すべての呼び出しを 2 秒遅らせる（1 分間）", { kind: "lag", lag_ms: 2000, for_ms: 60000 }],
  ["二重配信", "次の配信が 2 回届く", { kind: "duplicate", count: 1 }],
  ["順序の入れ替え", "次の配信が後から届く", { kind: "reorder", count: 1 }],
  ["配信の消失", "次の配信が届かない", { kind: "lost", count: 1 }],
  ["停止", "30 秒間、呼び出しもソケットも配信も止まる", { kind: "outage", for_ms: 30000 }],
];

export async function drawTools() {
  if ($("tools").hidden || loading) return;
  loading = true;
  try {
    const [a, b] = await Promise.all(["requests", "deliveries"].map((n) => fetch("/_sim/" + n + "?newest=60").then((r) => r.json())));
    calls = a.requests.reverse();
    deliveries = b.deliveries.reverse();
    pending = b.pending;
  } finally { loading = false; }
  put("tools", [tab, calls.length && calls[0].n, deliveries.length && deliveries[0].n, pending, open, page.state.app.sockets], view);
}

function view() {
  const button = (id, text) => el("button", { type: "button", role: "tab", "aria-selected": String(tab === id), onclick: () => { tab = id; drawTools(); } }, text);
  return [el("header", {}, el("div", { class: "bar" }, el("h2", { class: "grow" }, "開発者"), el("button", { type: "button", class: "flat", "aria-label": "閉じる", onclick: () => { $("tools").hidden = true; document.body.classList.remove("tooled"); forget("head", "tools"); order("quiet", {}); } }, icon("close"))),
    el("div", { class: "tabs", role: "tablist" }, button("calls", "呼び出し"), button("deliveries", "配信" + (pending ? `（待ち ${pending}）` : "")), button("faults", "故障"))),
  el("div", { class: "log" }, tab === "calls" ? calls.map(call) : tab === "deliveries" ? deliveries.map(delivery) : faultList())];
}

const time = (t) => new Date(t).toLocaleTimeString("ja-JP");
function call(r) {
  const key = "c" + r.n;
  return el("div", { class: "entry" }, el("button", { type: "button", "aria-expanded": String(open === key), onclick: () => { open = open === key ? "" : key; drawTools(); } },
    el("span", { class: "dot " + (r.ok ? "good" : "bad"), "aria-label": r.ok ? "成功" : "失敗" }), el("b", {}, r.method), el("span", { class: "soft" }, r.error || (r.ok ? "" : r.status || "切断")), r.fault ? el("span", { class: "tag" }, r.fault) : "", el("time", {}, time(r.at))),
  open === key ? el("pre", {}, JSON.stringify(r.args, null, 2)) : "");
}

function delivery(d) {
  return el("div", { class: "entry" }, el("div", {}, el("span", { class: "dot " + (d.outcome ? "bad" : "good"), "aria-label": d.outcome ? "失敗" : "応答あり" }), el("b", {}, d.name), el("span", { class: "soft" }, d.lane + (d.retry_attempt ? `・再送 ${d.retry_attempt}` : "") + (d.outcome ? "・" + d.outcome : "")), el("time", {}, time(d.at))));
}

function faultList() {
  const set = async (f, said) => { const out = await order("faults", f); if (out.ok) toast(said); };
  return [el("p", { class: "soft" }, "アプリがどう耐えるかを試します。API では POST /_sim/faults。"),
    faults.map(([name, note, rule]) => el("button", { type: "button", class: "fault", onclick: () => set({ rules: [rule] }, "「" + name + "」を仕掛けました") }, el("b", {}, name), el("small", {}, note))),
    el("button", { type: "button", class: "fault", onclick: () => set({ disconnect: "refresh_requested" }, "ソケットを切りました") }, el("b", {}, "ソケットの切断"), el("small", {}, "refresh_requested")),
    el("button", { type: "button", class: "fault", onclick: () => set({ tiers: true, per_channel_rate: 1 }, "レート制限を有効にしました") }, el("b", {}, "レート制限"), el("small", {}, "Tier ごとの上限と、1 チャンネル毎秒 1 件")),
    el("button", { type: "button", class: "btn primary", onclick: () => set({ clear: true }, "すべての故障を解除しました") }, "すべて解除")];
}
