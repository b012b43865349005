// Block Kit: blocks and elements of messages and forms.
import { $, el, wall, instant } from "./dom.js";
import { text, plain, rich } from "./mrkdwn.js";

// blocks draws a list. ctx says where it stands: send(action) acts, value(block, element) and set(block, element, value) hold the
// values of a form, errors are those of its fields by block, users and channels are what can be chosen.
export const blocks = (list, ctx) => el("div", { class: "blocks" }, (list || []).map((b) => block(b, ctx)));

function block(b, ctx) {
  switch (b.type) {
    case "header": return el("h4", { class: "b-header" }, text(b.text));
    case "divider": return el("hr");
    case "section": return el("div", { class: "b-section" },
      b.text ? el("div", { class: "text" }, text(b.text)) : "",
      b.fields ? el("div", { class: "b-fields" }, b.fields.map(pair)) : "",
      b.accessory ? element(b, b.accessory, ctx) : "");
    case "context": return el("div", { class: "b-context" }, b.elements.map((e) => (e.type === "image" ? el("span", {}, e.alt_text) : el("span", { class: "text" }, text(e)))));
    case "actions": return el("div", { class: "b-actions" }, b.elements.map((e) => element(b, e, ctx)));
    case "input": return input(b, ctx);
    case "image": return el("span", {}, b.alt_text);
    case "rich_text": return el("div", { class: "text" }, b.elements.map(rich));
    case "markdown": return el("div", { class: "text" }, b.text);
    case "table": return el("table", {}, b.rows.map((r) => el("tr", {}, r.map((c) => el("td", {}, c.text || (c.elements || []).map(rich))))));
    default: return el("small", {}, `（${b.type}）`);
  }
}

// pair shows a field; the first line of a plain one is its label.
function pair(f) {
  const cut = f.type === "plain_text" ? f.text.indexOf("\n") : -1;
  if (cut < 0) return el("div", { class: "text" }, text(f));
  return el("div", { class: "text" }, el("span", { class: "label" }, plain({ text: f.text.slice(0, cut) })), el("span", { class: "value" }, plain({ text: f.text.slice(cut + 1) })));
}

function element(b, e, ctx) {
  const send = async (extra) => { if (await confirmed(e.confirm)) ctx.send({ ...(b.block_id ? { block_id: b.block_id } : {}), action_id: e.action_id, ...extra }); };
  if (e.type === "image") return el("span", {}, e.alt_text);
  if (e.type === "button") {
    return el("button", {
      type: "button", class: "btn " + (e.style || ""), "aria-label": e.accessibility_label, "data-name": (ctx.name || "") + b.block_id + e.action_id,
      onclick: async (ev) => {
        const button = ev.currentTarget;
        button.classList.add("pressed");
        const here = e.url && ctx.inside?.(e.url);
        if (here) here(); else if (e.url) window.open(e.url, "_blank", "noopener");
        await send(e.value ? { value: e.value } : {});
        button.classList.remove("pressed");
      },
    }, plain(e.text));
  }
  return control(b, e, ctx, (v) => { ctx.set?.(b, e, v); send(Array.isArray(v) ? { values: v } : { value: v }); });
}

// confirmed asks the question of a button, in a dialogue of the page.
function confirmed(c) {
  if (!c) return true;
  const d = $("confirm");
  return new Promise((answer) => {
    const end = (ok) => { d.onclose = null; d.close(); answer(ok); };
    d.onclose = () => answer(false);
    d.replaceChildren(el("header", {}, el("h3", {}, plain(c.title))), el("div", { class: "inside" }, el("p", {}, text(c.text))),
      el("footer", {}, el("button", { type: "button", class: "btn", onclick: () => end(false) }, plain(c.deny) || "やめる"),
        el("button", { type: "button", class: "btn " + (c.style || "primary"), onclick: () => end(true) }, plain(c.confirm) || "はい")));
    d.showModal();
  });
}

const options = (e) => [...(e.options || []), ...(e.option_groups || []).flatMap((g) => g.options)].map((o) => [o.value, plain(o.text)]);

// control is a select, picker or text field that reports its value.
function control(b, e, ctx, set, id) {
  const now = ctx.value ? ctx.value(b, e) : null, many = e.type.startsWith("multi_"), first = plain(e.placeholder) || "選択してください";
  const list = (l) => {
    const s = el("select", { id, multiple: many, "aria-label": id ? null : first, onchange: () => set(many ? [...s.selectedOptions].map((o) => o.value) : s.value) },
      many ? "" : el("option", { value: "" }, first), l.map(([v, t]) => el("option", { value: v, selected: many ? (now || []).includes(v) : v === now }, t)));
    return s;
  };
  const field = (props) => el("input", { id, value: now ?? "", placeholder: plain(e.placeholder), autocomplete: "off", oninput: (ev) => set(ev.target.value), ...props });
  switch (e.type.replace("multi_", "")) {
    case "static_select": case "overflow": return list(options(e));
    case "users_select": return list(ctx.users());
    case "channels_select": case "conversations_select": return list(ctx.channels());
    case "radio_buttons": case "checkboxes": return choices(b, e, set, now);
    case "datepicker": return field({ type: "date" });
    case "timepicker": return field({ type: "time" });
    case "datetimepicker": return field({ type: "datetime-local", value: now ? wall(new Date(Number(now) * 1000)) : "",
      oninput: (ev) => set(ev.target.value ? String(Math.floor(instant(ev.target.value) / 1000)) : "") });
    case "plain_text_input":
      if (!e.multiline) return field({ type: "text", maxlength: e.max_length });
      return el("textarea", { id, rows: 4, value: now ?? "", maxlength: e.max_length, placeholder: plain(e.placeholder), oninput: (ev) => set(ev.target.value) });
    default: return field({ type: { number_input: "number", email_text_input: "email", url_text_input: "url" }[e.type] || "text" });
  }
}

function choices(b, e, set, now) {
  const many = e.type === "checkboxes";
  const box = el("div", { class: "choices" }, options(e).map(([v, t]) => el("label", {}, el("input", {
    type: many ? "checkbox" : "radio", name: b.block_id + e.action_id, value: v, checked: many ? (now || []).includes(v) : now === v,
    onchange: () => { const all = [...box.querySelectorAll("input:checked")].map((i) => i.value); set(many ? all : all[0]); },
  }), t)));
  return box;
}

function input(b, ctx) {
  const e = b.element, id = "in-" + b.block_id + "-" + e.action_id, wrong = ctx.errors?.[b.block_id];
  const set = (v) => { ctx.set(b, e, v); if (b.dispatch_action) ctx.send({ block_id: b.block_id, action_id: e.action_id, ...(Array.isArray(v) ? { values: v } : { value: v }) }); };
  const c = control(b, e, ctx, set, id);
  const hints = [b.hint ? id + "-hint" : "", wrong ? id + "-wrong" : ""].filter(Boolean).join(" ");
  if (hints) c.setAttribute("aria-describedby", hints);
  if (wrong) c.setAttribute("aria-invalid", "true");
  return el("div", { class: "field" + (wrong ? " wrong" : "") }, el("label", { for: id }, plain(b.label), b.optional ? el("i", {}, "（任意）") : ""), c,
    b.hint ? el("small", { id: id + "-hint" }, plain(b.hint)) : "", wrong ? el("p", { class: "bad", id: id + "-wrong", role: "alert" }, "⚠ " + wrong) : "");
}

// simple reads a value in Slack's shape as what a control shows.
export function simple(v) {
  for (const [k, x] of Object.entries(v || {})) {
    if (k === "type" || x === null) continue;
    if (Array.isArray(x)) return x.map((o) => (o && o.value) || o);
    return typeof x === "object" ? x.value || null : String(x);
  }
  return null;
}
