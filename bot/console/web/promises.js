// The strip of running promises with the time that is left.
import { $, el, draw, when, lasting } from "./dom.js";
import { demo } from "./api.js";
import { now, nextPromise } from "./clock.js";

let list = [], open = () => {};

export function start(show) { open = show; setInterval(left, 500); }

export async function refresh() {
  list = await demo.promises();
  $("count").textContent = String(list.length);
  $("count2").textContent = list.length + " 件";
  const next = list.filter((p) => p.state === "running" && p.due && Date.parse(p.due) > now()).sort((a, b) => Date.parse(a.due) - Date.parse(b.due))[0];
  nextPromise(next ? next.due : null);
  draw($("promise-list"), list.map((p) => ({ ...p, seconds_left: 0 })), () => (list.length ? list.map(card) :
    el("li", { class: "none" }, "いま走っている約束はありません。お客様がチケットを開くと、ここに期限と残り時間が並びます。")));
  left();
}

function card(p, i) {
  const level = p.level === "sla" ? ["SLA", "合意（SLA）"] : ["目標", "目標（SLO）"];
  return el("li", {}, el("button", { type: "button", class: "promise", "data-index": i, "data-name": p.ticket + p.id, onclick: () => open(p.ticket) },
    el("span", { class: "line" }, el("b", {}, p.ticket), el("span", { class: "what" }, p.promise), el("abbr", { class: "level " + p.level, title: level[1] }, level[0])),
    el("span", { class: "gauge", "aria-hidden": "true" }, el("i")),
    el("span", { class: "line" }, el("span", { class: "left" }), el("span", { class: "due" }, p.due ? "期限 " + when(new Date(p.due)) : "期限は未定"))));
}

// left updates the words and bars without drawing anew.
function left() {
  const t = now().getTime();
  for (const b of $("promise-list").querySelectorAll("button")) {
    const p = list[Number(b.dataset.index)];
    if (!p) continue;
    let state = "calm", words = "", part = 0;
    if (p.state === "paused") {
      [state, words] = ["paused", "‖ 停止中（回答待ち）"];
    } else if (p.due) {
      const due = Date.parse(p.due), rest = (due - t) / 1000;
      part = Math.min(1, Math.max(0, (due - t) / Math.max(1, due - Date.parse(p.start))));
      if (rest < 0) [state, words] = ["late", `× ${lasting(-rest)}超過`];
      else if (part < 0.15) [state, words] = ["hot", `！ あと${lasting(rest)}`];
      else if (part < 0.4) [state, words] = ["warm", `△ あと${lasting(rest)}`];
      else words = `あと${lasting(rest)}`;
    }
    b.dataset.state = state;
    b.querySelector(".left").textContent = words;
    b.querySelector(".gauge i").style.setProperty("--part", String(p.state === "paused" ? 1 : part));
  }
}
