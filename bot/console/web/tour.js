// The guided tour: six steps that tick themselves off as the visitor does them.
import { $, el, draw } from "./dom.js";
import { newIssue, report } from "./backlog.js";
import { room } from "./slack.js";

const steps = [
  ["ticket", "チケットを開く", "お客様として課題を登録します。例を入れて「登録する」を押すと、当番が受付のコメントを書き、Slack にカードが出ます。", "例を入れる"],
  ["take", "担当する", "Slack のカードで「担当する」を押します。お客様の課題の担当者も変わります。", "Slack を見る"],
  ["plan", "日程を決める", "カードの「作業の日程を決める」で開始時刻を入れます。", "Slack を見る"],
  ["notice", "開始連絡まで進める", "開始の30分前に、当番がお客様へ開始連絡を書きます。「次の動き」で時計を進めてください。", "次の動きまで進める"],
  ["incident", "障害を起こす", "「障害（高）」のチケットを開きます。15分以内の初報、1時間ごとの経過報告を当番が見張ります。", "例を入れる"],
  ["report", "月次レポート", "約束を守れたかどうかの表を、Wiki に書かせます。", "レポートを書かせる"],
];

let store = "", done = new Set(), dismissed = false, side = () => {};

export function start(info, issues, showSide) {
  side = showSide;
  store = "toban-tour:" + info.backlog_url; // a demo that was started anew begins anew
  try {
    const kept = JSON.parse(localStorage.getItem(store) || "{}");
    done = new Set(kept.done || []);
    dismissed = !!kept.dismissed;
  } catch { /* a visitor without storage sees the tour */ }
  const on = (event, f) => document.addEventListener(event, f);
  on("opened", (e) => { tick("ticket"); if (e.detail.issueType.name === "障害ご連絡") tick("incident"); });
  on("pressed", (e) => { if (e.detail === "desk.take") tick("take"); });
  on("submitted", (e) => { if (e.detail === "work.schedule") tick("plan"); });
  on("advanced", () => { if (done.has("plan")) tick("notice"); });
  on("reported", () => tick("report"));
  for (const i of issues) { tick("ticket"); if (i.issueType.name === "障害ご連絡") tick("incident"); }
  show();
}

function keep() {
  try { localStorage.setItem(store, JSON.stringify({ done: [...done], dismissed })); } catch { /* nothing is lost but the memory */ }
}

function tick(step) {
  done.add(step);
  keep();
  show();
}

const help = {
  ticket: () => { side("backlog"); newIssue("backup"); }, take: () => { side("slack"); room(); }, plan: () => { side("slack"); room(); },
  notice: () => $("jumps").querySelector("[data-name='次の動き']")?.click(), incident: () => { side("backlog"); newIssue("incident"); },
  report: () => { side("backlog"); report(); },
};

function show() {
  const now = steps.find(([id]) => !done.has(id));
  $("tour").hidden = dismissed;
  if (dismissed) return;
  draw($("tour"), [[...done]], () => [
    el("ol", {}, steps.map(([id, title], i) => el("li", { class: done.has(id) ? "done" : now && now[0] === id ? "now" : "", "aria-current": now && now[0] === id ? "step" : null },
      el("span", { class: "number", "aria-hidden": "true" }, done.has(id) ? "✓" : String(i + 1)), el("span", {}, title, done.has(id) ? el("span", { class: "sr" }, "（済）") : "")))),
    el("p", {}, now ? [now[2], el("button", { type: "button", class: "ghost", "data-name": "help", onclick: help[now[0]] }, now[3])] : "一通りご覧いただきました。承認が要る変更と手順書は課題の例から、電話のご依頼・訓練・作業予定・ホームは Slack から試せます。"),
    el("button", { type: "button", class: "close", "aria-label": "案内を閉じる", onclick: () => { dismissed = true; keep(); show(); } }, "×"),
  ]);
}
