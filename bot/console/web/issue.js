// One issue with its comments, as the customer reads it, and a box to answer.
import { $, el, draw, when, face, mark, icon } from "./dom.js";
import { backlog, attempt, rendered } from "./api.js";
import { chip, refresh } from "./backlog.js";

const labels = {
  summary: "件名", description: "詳細", status: "状態", resolution: "完了理由", priority: "優先度", issueType: "種別", assigner: "担当者",
  component: "カテゴリー", milestone: "マイルストーン", version: "発生バージョン", startDate: "開始日", limitDate: "期限日",
};

const most = 100; // comments that one call of the API gives
let draft = "", last = -1; // last is the newest comment on show, -1 when the issue was just opened
export function leaveIssue() { draft = ""; last = -1; }

const rich = async (rule, text) => el("div", { class: "rich" }, await rendered(rule, text || ""));

// showIssue draws an issue, unless the visitor has gone elsewhere while it was read: still tells.
export async function showIssue(key, space, back, still) {
  const issue = await attempt(() => backlog.get("issues/" + key));
  if (!issue) return still() && back();
  const comments = (await backlog.get(`issues/${key}/comments`, { count: most, order: "desc" })).reverse();
  const rule = space.project.textFormattingRule;
  const bodies = await Promise.all(comments.map((c) => (c.content ? rich(rule, c.content) : null)));
  const description = await rich(rule, issue.description);
  if (!still()) return;
  const box = $("backlog-body");
  const text = box.querySelector("#answer");
  if (text) draft = text.value;
  const typing = document.activeElement === text;
  const newest = comments.length ? comments[comments.length - 1].id : 0;
  const grown = last >= 0 && newest > last;
  const changed = draw(box, [key, issue.updated, issue.status, issue.dueDate, issue.assignee, comments.map((c) => [c.id, c.updated, c.notifications.length])], () => [
    el("nav", { class: "crumbs", "aria-label": "パンくず" }, el("button", { type: "button", class: "link", "data-name": "back", onclick: back }, "← 課題一覧")),
    el("article", { class: "issue" }, head(issue), el("section", { class: "description", "aria-label": "詳細" },
      el("p", { class: "by" }, face(issue.createdUser.name), el("b", {}, issue.createdUser.name), el("time", {}, when(new Date(issue.created)))), description)),
    el("h4", { class: "comments-title" }, "コメント", el("span", { class: "count" }, comments.filter((c) => c.content).length)),
    comments.length === most ? el("p", { class: "cut" }, `新しい${most}件を表示しています。`) : "",
    el("ol", { class: "comments" }, comments.map((c, i) => comment(c, bodies[i], space, last >= 0 && c.id > last))),
    el("form", { class: "answer", onsubmit: (e) => answer(e, key) }, el("label", { for: "answer" }, `${space.me.name} さんとしてコメントする`),
      el("textarea", { id: "answer", rows: 3, "data-name": "answer", value: draft, placeholder: "当番への回答やお礼を書いてみてください" }),
      el("div", { class: "row" }, el("button", { class: "primary", "data-name": "send" }, "コメントを登録"),
        ["ありがとうございます。", "取り下げます。"].map((t) => el("button", { type: "button", class: "ghost", onclick: () => { $("answer").value = t; $("answer").focus(); } }, t)))),
  ]);
  if (changed && typing) $("answer").focus({ preventScroll: true });
  if (changed && grown) box.querySelector(".comments > li:last-child")?.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  last = newest;
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function head(i) {
  const due = i.dueDate ? i.dueDate.slice(0, 10).replaceAll("-", "/") : "未設定";
  return [
    el("p", { class: "line" }, el("span", { class: "type", colour: i.issueType.color }, i.issueType.name), el("b", { class: "key" }, i.issueKey), chip(i.status)),
    el("h3", {}, i.summary),
    el("dl", { class: "facts" }, [["優先度", i.priority.name], ["担当者", i.assignee ? i.assignee.name : "未設定"], ["期限日", due], ["登録者", i.createdUser.name]]
      .map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v)))),
  ];
}

function comment(c, body, space, fresh) {
  const bot = c.createdUser.id === space.info.bot_user_id;
  return el("li", { class: (bot ? "bot" : "") + (fresh ? " fresh" : "") + (body ? "" : " log") }, face(c.createdUser.name, bot), el("div", { class: "said" },
    el("p", { class: "by" }, el("b", {}, c.createdUser.name), bot ? el("span", { class: "badge" }, mark(), "当番ボット") : "", el("time", {}, when(new Date(c.created)))),
    (c.changeLog || []).length ? el("ul", { class: "changes" }, c.changeLog.map((g) => el("li", {}, (labels[g.field] || g.field) + ": ",
      el("del", {}, short(g.originalValue, space)), " → ", el("ins", {}, short(g.newValue, space))))) : "",
    body || "",
    c.notifications.length ? el("p", { class: "notified" }, icon("bell"), "お知らせ: " + c.notifications.map((n) => n.user.name).join("、")) : ""));
}

function short(v) {
  const s = v || "未設定";
  return s.length > 60 ? s.slice(0, 60) + "…" : s;
}

async function answer(e, key) {
  e.preventDefault();
  const box = $("answer"), content = box.value.trim();
  if (!content) return;
  const out = await attempt(() => backlog.post(`issues/${key}/comments`, { content }));
  if (!out) return;
  box.value = draft = "";
  document.dispatchEvent(new CustomEvent("answered"));
  await attempt(refresh);
}
