// Selects, pickers and text fields: they report what was chosen and remember it in ctx.
import { el } from "./dom.js";
import { plain } from "./text.js";

let world = { people: () => [], rooms: () => [], suggest: async () => ({}) };
export const setFormWorld = (w) => { world = w; };

export const options = (e) => [...(e.options || []), ...(e.option_groups || []).flatMap((g) => g.options)].map((o) => [o.value, plain(o.text), plain(o.description)]);

function select(e, groups, value, change, many) {
  const one = ([v, t]) => el("option", { value: v, selected: many ? (value || []).includes(v) : v === (value ?? "") }, t);
  const s = el("select", { multiple: many, size: many ? Math.min(6, groups.flatMap((g) => g[1]).length) : undefined, "aria-label": plain(e.placeholder) || e.action_id,
    onchange: () => change(many ? [...s.selectedOptions].map((o) => o.value) : s.value) },
  groups.map(([label, list]) => (label ? el("optgroup", { label }, list.map(one)) : list.map(one))));
  return s;
}

export function choices(b, e, ctx, send) {
  const many = e.type === "checkboxes", now = ctx.value(b, e);
  const box = el("div", { class: "choices" }, options(e).map(([v, t, d]) => el("label", {},
    el("input", { type: many ? "checkbox" : "radio", name: b.block_id + e.action_id, value: v, checked: many ? (now || []).includes(v) : now === v, onchange: () => {
      const all = [...box.querySelectorAll("input:checked")].map((i) => i.value);
      ctx.set(b, e, many ? all : all[0]);
      if (send) send(many ? { values: all } : { value: all[0] });
    } }), el("span", {}, t, d ? el("small", {}, d) : ""))));
  return box;
}

export function control(b, e, ctx, set) {
  const now = ctx.value(b, e), many = e.type.startsWith("multi_"), first = [["", plain(e.placeholder) || "選択してください"]];
  const list = (l) => select(e, many ? [["", l]] : [["", [...first, ...l]]], now, set, many);
  const field = (tag, props) => el(tag, { value: now ?? "", placeholder: plain(e.placeholder), maxlength: e.max_length, minlength: e.min_length, onchange: (ev) => set(ev.target.value), ...props });
  switch (e.type.replace("multi_", "")) {
    case "static_select": return e.option_groups ? select(e, [...(many ? [] : [["", first]]), ...e.option_groups.map((g) => [plain(g.label), options(g)])], now, set, many) : list(options(e));
    case "users_select": return list(world.people());
    case "channels_select": case "conversations_select": return list(world.rooms());
    case "external_select": return external(b, e, ctx, set, now, many);
    case "datepicker": return field("input", { type: "date", "aria-label": plain(e.placeholder) || "日付" });
    case "timepicker": return field("input", { type: "time", "aria-label": plain(e.placeholder) || "時刻" });
    case "datetimepicker": return el("input", { type: "datetime-local", value: now ? local(now) : "", "aria-label": "日時", onchange: (ev) => set(ev.target.value ? String(Math.floor(new Date(ev.target.value) / 1000)) : "") });
    case "plain_text_input": case "rich_text_input": {
      if (!e.multiline && e.type === "plain_text_input") return field("input", { type: "text" });
      const t = field("textarea", { rows: 4 });
      t.value = typeof now === "string" ? now : "";
      return t;
    }
    default: return field("input", { type: { number_input: "number", email_text_input: "email", url_text_input: "url" }[e.type] || "text", step: e.is_decimal_allowed ? "any" : "1", min: e.min_value, max: e.max_value });
  }
}

// local writes an instant for a datetime-local field.
function local(unix) {
  const d = new Date(Number(unix) * 1000);
  return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

// external asks the app while one types.
function external(b, e, ctx, set, now, many) {
  const names = Array.isArray(now) ? now : now ? [now] : [];
  const id = "opt-" + b.block_id + e.action_id, known = new Map();
  const data = el("datalist", { id });
  let timer = 0;
  const ask = async (query) => {
    const out = await world.suggest({ ...ctx.where, action_id: e.action_id, block_id: b.block_id, query });
    if (!out.ok) return;
    known.clear();
    options(out.result).forEach(([v, t]) => known.set(t, v));
    data.replaceChildren(...[...known.keys()].map((t) => el("option", { value: t })));
  };
  const q = el("input", { type: "search", list: id, placeholder: plain(e.placeholder) || "検索", value: names.join("、"), autocomplete: "off", role: "combobox", "aria-label": plain(e.placeholder) || "検索",
    onfocus: () => ask(""),
    oninput: () => {
      if (known.has(q.value)) { const v = known.get(q.value); set(many ? [v] : v); return; }
      clearTimeout(timer);
      timer = setTimeout(() => ask(q.value), 250);
    } });
  return el("span", { class: "search" }, q, data);
}

// simple reads a value in Slack's shape as what a control shows.
export function simple(v) {
  if (!v) return null;
  for (const [k, x] of Object.entries(v)) {
    if (k === "type" || x === null) continue;
    if (Array.isArray(x)) return x.map((o) => (o && o.value) || o);
    return typeof x === "object" ? x.value || null : String(x);
  }
  return null;
}
