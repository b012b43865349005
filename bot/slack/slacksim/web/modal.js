// The modal in front of the person. It is a real dialog: the page behind is inert, Escape closes, the focus comes back.
import { $, el, icon, giveBack } from "./dom.js";
import { plain } from "./text.js";
import { blocks } from "./blocks.js";
import { page, act, viewContext } from "./app.js";

let open = null, drawn = "", before = null, closing = "";

// close asks once a view: a browser may report one Escape twice.
function close(id, all) {
  if (closing === id) return;
  closing = id;
  page.errors = {};
  act("close_view", { view_id: id, all }).then(() => { closing = ""; });
}

// What Slack's own client says about a form comes from the stand-in in English.
const said = { "Please complete this required field.": "入力してください。", "This field must be a valid email address.": "メールアドレスを入力してください。", "This field must be a valid URL.": "URL を入力してください。", "This field must be a number within the limits.": "範囲内の数を入力してください。", "Too many items.": "選びすぎです。" };
const ours = (text) => said[text] || text.replace(/^This field must have at least (\d+) characters\.$/, "$1 文字以上で入力してください。").replace(/^This field can have at most (\d+) characters\.$/, "$1 文字以内で入力してください。");

export function modal() {
  const stack = page.state.views, v = stack[stack.length - 1];
  if (!v) {
    if (open) { open.close(); open.remove(); open = null; drawn = ""; page.errors = {}; giveBack(before); }
    return;
  }
  const key = JSON.stringify([v.id, v.hash, v.blocks, page.errors, stack.length]);
  if (key === drawn) return;
  const fresh = !open || open.dataset.view !== v.id;
  if (!open) {
    before = document.activeElement;
    open = el("dialog", { class: "modal", "aria-labelledby": "modal-title" });
    open.addEventListener("cancel", (e) => { if (e.target === open) { e.preventDefault(); close(open.dataset.view); } });
    document.body.append(open);
    open.showModal();
  }
  const held = !fresh && document.activeElement?.id, top = open.querySelector(".inside")?.scrollTop || 0;
  drawn = key;
  open.dataset.view = v.id;
  const shut = () => close(v.id), all = () => close(v.id, true);
  open.replaceChildren(el("form", { novalidate: true, onsubmit: (e) => { e.preventDefault(); submit(v); } },
    el("header", {}, stack.length > 1 ? el("button", { type: "button", class: "flat", "aria-label": "前の画面へ", onclick: shut }, icon("back")) : "", el("h2", { id: "modal-title" }, plain(v.title)), el("button", { type: "button", class: "flat", "aria-label": "閉じる", onclick: all }, icon("close"))),
    el("div", { class: "inside" }, blocks(v.blocks, viewContext(v, v.id))),
    el("footer", {}, el("small", { class: "soft grow" }, page.state.app.name), el("button", { type: "button", class: "btn", onclick: shut }, plain(v.close) || "キャンセル"), v.submit ? el("button", { class: "btn primary", id: "modal-submit" }, plain(v.submit)) : "")));
  open.querySelector(".inside").scrollTop = top;
  const first = open.querySelector("[aria-invalid]") || (held && $(held)) || open.querySelector("[autofocus]") || open.querySelector(".inside input, .inside select, .inside textarea, .inside button") || open.querySelector("footer button");
  if (fresh || held || open.querySelector("[aria-invalid]")) first.focus();
}

// filled is what stands in the form's fields, as Slack's client tells it with a submission and with a click in the form.
export function filled(v) {
  const inputs = new Set(v.blocks.filter((b) => b.type === "input").map((b) => b.block_id));
  const values = {};
  for (const [k, x] of Object.entries(page.typed[v.id] || {})) {
    const [block, action] = k.split("\n");
    if (inputs.has(block)) (values[block] = values[block] || {})[action] = x === "" ? null : x;
  }
  return values;
}

async function submit(v) {
  const at = $("modal-submit");
  if (document.activeElement !== at) at.focus(); // the field in hand reports its value
  at.classList.add("busy");
  at.setAttribute("aria-busy", "true");
  const out = await act("submit", { view_id: v.id, values: filled(v) });
  at.classList.remove("busy");
  at.removeAttribute("aria-busy");
  page.errors = Object.fromEntries(Object.entries((out.result && out.result.errors) || {}).map(([k, x]) => [k, out.result.asked ? x : ours(x)]));
  modal();
}
