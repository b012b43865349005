// The form in front of a person: shown as long as Slack shows it, checked by Slack and by the bot.
import { $, el, draw, forget, place, back } from "./dom.js";
import { slack, attempt } from "./api.js";
import { blocks, simple } from "./blocks.js";
import { plain } from "./mrkdwn.js";
import { pause, resume, speed } from "./clock.js";

let typed = {}, errors = {}, shown = null, paused = false, closing = "", opener = [];

// show draws the front view of a person, or closes the dialogue. After that, refresh is asked to look again.
export function show(views, person, world, refresh) {
  const box = $("modal"), v = views[views.length - 1];
  if (!v) {
    if (box.open) { shown = null; box.close(); back(opener); }
    if (paused) { paused = false; resume(); }
    [typed, errors] = [{}, {}];
    forget(box);
    return;
  }
  const fresh = shown !== v.id, top = box.querySelector(".inside")?.scrollTop || 0;
  if (fresh) [typed, errors] = [{}, {}];
  shown = v.id;
  if (!paused && speed()) { paused = true; pause(); }
  const key = (b, e) => b.block_id + "\n" + e.action_id;
  const ctx = {
    name: "modal", errors, ...world,
    value: (b, e) => (key(b, e) in typed ? typed[key(b, e)] : simple((v.state.values[b.block_id] || {})[e.action_id])),
    set: (b, e, x) => { typed[key(b, e)] = x; },
    send: async (a) => { await attempt(() => slack.act("click_view", { user: person, view_id: v.id, typed: filled(v), ...a })); refresh(); },
  };
  const close = async () => {
    if (closing === v.id) return; // Escape may be told twice
    closing = v.id;
    if (!await attempt(() => slack.act("close_view", { user: person, view_id: v.id }))) closing = "";
    refresh();
  };
  const changed = draw(box, [v.id, v.hash, errors, paused], () => el("form", { onsubmit: (e) => { e.preventDefault(); submit(v, person, refresh); } },
    el("header", {}, el("h3", { id: "modal-title" }, plain(v.title)), el("button", { type: "button", class: "close", "aria-label": "閉じる", onclick: close }, "×")),
    el("div", { class: "inside" }, blocks(v.blocks, ctx)),
    el("footer", {}, paused ? el("small", { class: "paused" }, "入力中は時計が止まります") : "", el("button", { type: "button", class: "btn", onclick: close }, plain(v.close) || "キャンセル"),
      v.submit ? el("button", { class: "btn primary" }, plain(v.submit)) : "")));
  box.setAttribute("aria-labelledby", "modal-title");
  box.oncancel = (e) => { e.preventDefault(); close(); };
  if (!box.open) { opener = place(document.activeElement); box.showModal(); }
  if (changed && !fresh) box.querySelector(".inside").scrollTop = top; // what was asked for below the fields stays in sight
  if (changed && (fresh || Object.keys(errors).length)) (box.querySelector(".wrong input, .wrong textarea, .wrong select") || box.querySelector(".inside input, .inside textarea, .inside select"))?.focus();
}

// filled is what stands in the form's fields, as Slack's client tells it with a submission and with a click in the form.
function filled(v) {
  const inputs = new Set(v.blocks.filter((b) => b.type === "input").map((b) => b.block_id));
  const values = {};
  for (const [k, x] of Object.entries(typed)) {
    const [block, action] = k.split("\n");
    if (inputs.has(block)) (values[block] = values[block] || {})[action] = x === "" ? null : x;
  }
  return values;
}

async function submit(v, person, refresh) {
  const values = filled(v);
  const out = await attempt(() => slack.act("submit", { user: person, view_id: v.id, values }));
  errors = out?.result?.errors || {};
  if (out && !Object.keys(errors).length) document.dispatchEvent(new CustomEvent("submitted", { detail: v.callback_id }));
  refresh(true);
}
