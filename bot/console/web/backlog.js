// The customer's side: issues, a form for a new one, and the wiki, all through the API of Backlog.
import { $, el, draw, back, forget, when, face } from "./dom.js";
import { backlog, demo, attempt, rendered } from "./api.js";
import { form } from "./newissue.js";
import { showIssue, leaveIssue } from "./issue.js";

let info = null, project = null, me = null, types = [], priorities = [], users = new Map();
let tab = "issues", key = "", wiki = 0, issues = [], pages = [];

export const listed = () => issues;
export const space = () => ({ info, project, me, types, priorities, users });

export async function start(i) {
  info = i;
  [project, me, types, priorities] = await Promise.all([
    backlog.get("projects/" + info.project_key), backlog.get("users/myself"), backlog.get(`projects/${info.project_key}/issueTypes`), backlog.get("priorities"),
  ]);
  for (const u of await backlog.get(`projects/${info.project_key}/users`)) users.set(u.id, u);
  $("customer").replaceChildren(face(me.name), `${me.name} さん`);
  $("backlog-body").addEventListener("click", follow);
  $("backlog-tabs").addEventListener("keydown", arrows);
  await refresh();
}

// arrows moves between the tabs, as the pattern for tabs asks.
function arrows(e) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!by) return;
  e.preventDefault();
  const names = tabs.map(([n]) => n), next = names[(names.indexOf(tab) + by + names.length) % names.length];
  go(next).then(() => $("backlog-tabs").querySelector(`[data-name=${next}]`).focus());
}

// follow opens links between issues inside this page.
function follow(e) {
  const a = e.target.closest("a[href^='/view/']");
  if (!a) return;
  e.preventDefault();
  open(decodeURIComponent(a.getAttribute("href").slice("/view/".length)));
}

const tabs = [["issues", "課題"], ["new", "課題を追加"], ["wiki", "Wiki"]];

function go(name) {
  [tab, key, wiki] = [name, "", 0];
  forget($("backlog-body"));
  leaveIssue();
  $("backlog-body").scrollTop = 0;
  return attempt(refresh);
}

export const open = (k) => { [tab, key] = ["issues", k]; forget($("backlog-body")); leaveIssue(); $("backlog-body").scrollTop = 0; return attempt(refresh); };
export const openWiki = (id) => { [tab, wiki] = ["wiki", id]; forget($("backlog-body")); $("backlog-body").scrollTop = 0; return attempt(refresh); };
export const newIssue = (example) => { [tab, key] = ["new", ""]; forget($("backlog-body")); drawTabs(); drawForm(example); };

function drawTabs() {
  draw($("backlog-tabs"), [tab, issues.length, pages.length], () => tabs.map(([name, label]) => el("button", {
    type: "button", role: "tab", "data-name": name, "aria-selected": String(tab === name), tabindex: tab === name ? 0 : -1, "aria-controls": "backlog-body", onclick: () => go(name),
  }, label, name === "issues" && issues.length ? el("span", { class: "count" }, issues.length) : "", name === "wiki" && pages.length ? el("span", { class: "count" }, pages.length) : "")));
  $("backlog-body").setAttribute("aria-label", tabs.find(([n]) => n === tab)[1]);
}

const drawForm = (example) => draw($("backlog-body"), "new", () => form(space(), (issue) => {
  document.dispatchEvent(new CustomEvent("opened", { detail: issue }));
  open(issue.issueKey).then(() => back([], $("backlog-body")));
}, example));

// refresh reads again what is on show.
export async function refresh() {
  issues = await backlog.get("issues", { "projectId[]": project.id, sort: "created", order: "desc", count: 100 });
  if (tab === "wiki" || !pages.length) pages = await backlog.get("wikis", { projectIdOrKey: info.project_key });
  drawTabs();
  if (tab === "new") return drawForm();
  if (tab === "wiki") return wiki ? showPage() : listPages();
  const shown = key;
  if (key) return showIssue(key, space(), () => go("issues"), () => tab === "issues" && key === shown);
  return list();
}

// chip is a status or an issue type with its colour; the words carry the meaning.
export const chip = (o) => el("span", { class: "status", colour: o.color }, o.name);

function list() {
  draw($("backlog-body"), ["issues", issues.map((i) => [i.issueKey, i.summary, i.updated, i.status.name, i.dueDate, i.assignee?.name])], () => (issues.length ? el("table", { class: "issues" },
    el("thead", {}, el("tr", {}, ["キー", "件名", "状態", "担当者", "期限日"].map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, issues.map((i) => el("tr", { onclick: () => open(i.issueKey) },
      el("td", { class: "key" }, el("button", { type: "button", class: "link", "data-name": i.issueKey, onclick: (e) => { e.stopPropagation(); open(i.issueKey); } }, i.issueKey)),
      el("td", { class: "summary" }, el("span", { class: "type", colour: i.issueType.color }, i.issueType.name),
        i.priority.id === 2 ? el("span", { class: "high" }, "↑ 高") : "", el("span", { class: "title" }, i.summary)),
      el("td", {}, chip(i.status)), el("td", { class: "soft" }, i.assignee ? i.assignee.name : "–"),
      el("td", { class: "soft" }, i.dueDate ? Number(i.dueDate.slice(5, 7)) + "/" + Number(i.dueDate.slice(8, 10)) : "–"))))) : [
    el("div", { class: "empty" }, el("p", { class: "big" }, "まだ課題がありません"), el("p", {}, "お客様になったつもりで、最初のチケットを開いてみてください。"),
      el("button", { type: "button", class: "primary", "data-name": "first", onclick: () => go("new") }, "課題を追加する"))]));
}

function listPages() {
  draw($("backlog-body"), ["wikis", pages.map((p) => [p.id, p.name, p.updated])], () => el("div", { class: "wikis" },
    el("p", { class: "lead" }, "月次レポートは毎晩と毎月1日に自動で書かれます。いま書かせることもできます。"),
    el("button", { type: "button", class: "primary", "data-name": "report", onclick: report }, "今月のレポートを書かせる"),
    el("ul", {}, pages.map((p) => el("li", {}, el("button", { type: "button", class: "link", "data-name": "w" + p.id, onclick: () => openWiki(p.id) }, p.name),
      el("span", { class: "soft" }, `${p.updatedUser ? p.updatedUser.name : ""}　${when(new Date(p.updated))}`))))));
}

export async function report(e) {
  const b = e?.currentTarget;
  if (b) b.disabled = true;
  const out = await attempt(() => demo.report());
  if (b) b.disabled = false;
  if (!out) return;
  pages = await backlog.get("wikis", { projectIdOrKey: info.project_key });
  const p = pages.find((x) => x.name === out.page);
  document.dispatchEvent(new CustomEvent("reported"));
  if (p) await openWiki(p.id);
}

async function showPage() {
  const p = await attempt(() => backlog.get("wikis/" + wiki));
  if (!p) { wiki = 0; return listPages(); }
  if (tab !== "wiki" || wiki !== p.id) return;
  const id = p.id + "/" + p.updated + "/" + p.content.length;
  const html = await rendered(project.textFormattingRule, p.content);
  draw($("backlog-body"), ["wiki", id], () => el("article", { class: "page" },
    el("nav", { class: "crumbs", "aria-label": "パンくず" }, el("button", { type: "button", class: "link", "data-name": "wikis", onclick: () => go("wiki") }, "← ページ一覧")),
    el("h3", {}, p.name), el("p", { class: "soft" }, `更新 ${when(new Date(p.updated))}　${p.updatedUser.id === info.bot_user_id ? "当番" : p.updatedUser.name}`),
    family(p), el("div", { class: "rich" }, html)));
}

// family links the page above and the pages below.
function family(p) {
  const near = pages.filter((x) => x.id !== p.id && (x.name.startsWith(p.name + "/") || p.name.startsWith(x.name + "/")));
  return near.length ? el("p", { class: "family" }, near.map((x) => el("button", { type: "button", class: "link", onclick: () => openWiki(x.id) }, x.name.startsWith(p.name) ? "↳ " + x.name.slice(p.name.length + 1) : "↑ " + x.name))) : "";
}
