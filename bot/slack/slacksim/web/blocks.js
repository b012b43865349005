// Block Kit as nodes. ctx tells where the blocks stand: {where, value(block, element), set(block, element, value), send(act), errors}.
import { el, icon, menu, ask, dialog } from "./dom.js";
import { txt, plain, rich, mrkdwn } from "./text.js";
import { control, choices, options } from "./form.js";

export function blocks(list, ctx) {
  return el("div", { class: "blocks" }, (list || []).map((b) => block(b, ctx)));
}

const image = (e, cls) => el("img", { src: /^https?:/.test(e.image_url || "") ? e.image_url : "", alt: e.alt_text || "", class: cls, loading: "lazy" });

function block(b, ctx) {
  switch (b.type) {
    case "header": return el("h3", {}, txt(b.text));
    case "divider": return el("hr");
    case "section": return el("div", { class: "section" }, el("div", { class: "words" },
      b.text ? el("div", { class: "text" }, txt(b.text)) : "",
      b.fields ? el("div", { class: "fields" }, b.fields.map((f) => el("div", { class: "text" }, txt(f)))) : ""),
      b.accessory ? element(b, b.accessory, ctx) : "");
    case "context": return el("div", { class: "context" }, b.elements.map((e) => (e.type === "image" ? image(e) : el("span", { class: "text" }, txt(e)))));
    case "actions": case "context_actions": return el("div", { class: "acts" }, b.elements.map((e) => element(b, e, ctx)));
    case "input": return input(b, ctx);
    case "image": return el("figure", {}, b.title ? el("figcaption", {}, txt(b.title)) : "", image(b, "wide"));
    case "rich_text": return el("div", { class: "text rich" }, (b.elements || []).map(rich));
    case "markdown": return el("div", { class: "text" }, mrkdwn((b.text || "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\*\*([^*\n]+)\*\*/g, "*$1*").replace(/^#+ (.*)$/gm, "*$1*").replace(/^[-*] /gm, "• ")));
    case "alert": return el("div", { class: "alert " + (["info", "warning", "error", "success"].includes(b.level) ? b.level : ""), role: "note" }, el("div", { class: "text" }, txt(b.text)));
    case "table": case "data_table": return el("div", { class: "scroll" }, el("table", {}, b.caption ? el("caption", {}, b.caption) : "", (b.rows || []).map((r, i) => el("tr", {}, r.map((c) => el(i ? "td" : "th", {}, cell(c)))))));
    case "card": return card(b, ctx);
    case "carousel": return el("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "カード" }, b.elements.map((c) => card(c, ctx, b)));
    case "container": return el("section", { class: "container" }, el("header", {}, el("b", {}, plain(b.title)), b.subtitle ? el("small", {}, txt(b.subtitle)) : ""), (b.child_blocks || []).map((c) => block(c, ctx)));
    case "plan": return el("section", { class: "container" }, el("header", {}, el("b", {}, b.title)), (b.tasks || []).map(task));
    case "task_card": return task(b);
    case "video": return el("div", { class: "text" }, el("a", { href: /^https:/.test(b.video_url) ? b.video_url : "#", target: "_blank", rel: "noopener noreferrer" }, "▶ " + plain(b.title)));
    case "file": return el("div", { class: "file" }, icon("file"), b.external_id);
    default: return el("small", { class: "soft" }, "（" + b.type + "）");
  }
}

const cell = (c) => (c.elements || []).length ? c.elements.map(rich) : String(c.text ?? "");
const marks = { pending: "○", in_progress: "◐", complete: "●", error: "▲" };
const stateWords = { pending: "未着手", in_progress: "進行中", complete: "完了", error: "失敗" };
const task = (t) => el("div", { class: "task " + (t.status in marks ? t.status : "") }, el("span", { "aria-label": stateWords[t.status] }, marks[t.status] || "○"), el("span", {}, t.title || ""), t.details ? el("div", { class: "text" }, (t.details.elements || []).map(rich)) : "");

function card(b, ctx) {
  return el("div", { class: "card" }, b.hero_image ? image(b.hero_image, "hero") : "", el("div", { class: "inside" },
    b.title ? el("b", { class: "text" }, txt(b.title)) : "", b.subtitle ? el("small", { class: "text soft" }, txt(b.subtitle)) : "", b.body ? el("div", { class: "text" }, txt(b.body)) : "",
    b.actions ? el("div", { class: "acts" }, b.actions.map((e) => element(b, e, ctx))) : ""));
}

// sure shows an element's confirmation, if it has one.
async function sure(e) {
  const c = e.confirm;
  if (!c) return true;
  return dialog((end) => [el("header", {}, el("h2", {}, plain(c.title))), el("div", { class: "inside text" }, txt(c.text)),
    el("footer", {}, el("button", { type: "button", class: "btn", onclick: () => end(false) }, plain(c.deny)),
      el("button", { type: "button", class: "btn " + (c.style === "danger" ? "danger" : "primary"), autofocus: true, onclick: () => end(true) }, plain(c.confirm)))]);
}

// use sends an act; meanwhile the element waits, and tells when the app did not answer.
async function use(at, b, e, ctx, act) {
  if (!(await sure(e))) return;
  at.classList.add("busy");
  at.classList.remove("failed");
  at.setAttribute("aria-busy", "true");
  const out = await ctx.send({ block_id: b.block_id, action_id: e.action_id, ...act });
  at.classList.remove("busy");
  at.removeAttribute("aria-busy");
  if (!out.ok) { at.classList.add("failed"); at.title = "アプリが応答しませんでした"; }
}

function element(b, e, ctx) {
  switch (e.type) {
    case "image": return image(e, "thumb");
    case "button": case "workflow_button": case "icon_button": {
      const face = e.type === "icon_button" ? plain(e.text) || e.icon || "…" : plain(e.text);
      const k = el("button", { type: "button", class: "btn " + (e.style || ""), "aria-label": e.accessibility_label, onclick: () => {
        if (e.url && /^https?:/.test(e.url)) window.open(e.url, "_blank", "noopener");
        use(k, b, e, ctx, { value: e.value || "" });
      } }, face, e.url ? el("span", { class: "out", "aria-hidden": "true" }, "↗") : "");
      return k;
    }
    case "feedback_buttons": return el("span", { class: "acts" }, [e.positive_button, e.negative_button].filter(Boolean).map((x) => el("button", { type: "button", class: "btn", onclick: (ev) => use(ev.currentTarget, b, e, ctx, { value: x.value }) }, plain(x.text))));
    case "overflow": {
      const k = el("button", { type: "button", class: "btn flat", "aria-haspopup": "menu", "aria-label": "その他の操作", onclick: () => menu(k, e.options.map((o) => [plain(o.text), () => use(k, b, e, ctx, { value: o.value })])) }, icon("more"));
      return k;
    }
    case "checkboxes": case "radio_buttons": { const box = choices(b, e, ctx, (v) => use(box, b, e, ctx, v)); return box; }
    default: { const c = control(b, e, ctx, (v) => { ctx.set(b, e, v); use(c, b, e, ctx, Array.isArray(v) ? { values: v } : { value: v }); }); return c; }
  }
}

function input(b, ctx) {
  const e = b.element, id = "f-" + b.block_id + "-" + e.action_id, wrong = ctx.errors && ctx.errors[b.block_id];
  const send = (v) => ctx.send({ block_id: b.block_id, action_id: e.action_id, ...(Array.isArray(v) ? { values: v } : { value: v }) });
  const set = (v) => { ctx.set(b, e, v); if (b.dispatch_action) send(v); };
  const many = e.type === "checkboxes" || e.type === "radio_buttons";
  const c = many ? choices(b, e, ctx, b.dispatch_action ? (x) => ctx.send({ block_id: b.block_id, action_id: e.action_id, ...x }) : null) : control(b, e, ctx, set);
  const target = many || c.matches("input,textarea,select") ? c : c.querySelector("input,select");
  target.id = id;
  target.setAttribute("aria-describedby", id + "-hint");
  if (wrong) target.setAttribute("aria-invalid", "true");
  if (e.focus_on_load) target.autofocus = true;
  return el("div", { class: "field" + (wrong ? " wrong" : ""), role: many ? "group" : undefined, "aria-label": many ? plain(b.label) : undefined },
    el(many ? "span" : "label", { class: "label", for: many ? undefined : id }, plain(b.label), b.optional ? el("i", {}, "（任意）") : ""), c,
    el("small", { id: id + "-hint" }, wrong ? el("span", { class: "bad", role: "alert" }, "⚠ " + wrong) : "", b.hint ? plain(b.hint) : ""));
}

export { options };
