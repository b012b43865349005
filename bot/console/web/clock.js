// The clock above both sides: it runs on between the ticks of the server, shows support hours, changes speed and jumps.
import { $, el, draw, place, back, day, seconds, time, when, lasting, toast } from "./dom.js";
import { demo, attempt } from "./api.js";

let tick = null, at = 0, moving = false;
const speeds = [[0, "停止"], [1, "×1"], [60, "×60"], [600, "×600"], [3600, "×3600"]];

// now is the demo's time at this moment.
export function now() {
  if (!tick) return new Date();
  return new Date(tick.t + (moving ? 0 : (performance.now() - at) * tick.speed));
}
export const speed = () => (tick ? tick.speed : 0);

export function ticked(data) {
  tick = { ...data, t: Date.parse(data.now) };
  at = performance.now();
  show();
}

// advance moves time and waits until Toban has done what was due by then.
export async function advance(secondsAhead) {
  if (moving) return;
  if (secondsAhead <= 0) { toast("その時刻はもう過ぎています。"); return; }
  const from = place(document.activeElement); // the buttons can't hold the focus while time moves
  moving = true;
  buttons();
  const out = await attempt(() => demo.clock({ advance: Math.ceil(secondsAhead) + "s" }));
  moving = false;
  if (out) ticked({ ...tick, ...out });
  buttons();
  back(from);
  if (out) document.dispatchEvent(new CustomEvent("advanced"));
}

export async function setSpeed(s) {
  const out = await attempt(() => demo.clock({ speed: s }));
  if (out) ticked({ ...tick, ...out });
  buttons();
}

const ahead = (t) => (Date.parse(t) - now().getTime()) / 1000;
let nearest = null; // due time of the next promise
export function nextPromise(due) { nearest = due; buttons(); }

const jumps = [
  ["+5分", "5分進める", () => 300], ["+30分", "30分進める", () => 1800], ["+1時間", "1時間進める", () => 3600],
  ["次の動き", "当番が次に動く時刻まで進める", () => (tick?.next_due ? ahead(tick.next_due) : null), () => tick?.next_due],
  ["次の期限", "次の約束の期限まで進める", () => (nearest ? ahead(nearest) : null), () => nearest],
  ["翌営業日10:00", "次の営業開始まで進める", () => (tick?.next_open ? ahead(tick.next_open) : null), () => tick?.next_open],
];

function buttons() {
  draw($("speeds"), [speed(), moving], () => speeds.map(([s, label]) => el("button", {
    type: "button", "data-name": "speed" + s, "aria-pressed": String(s === speed()), disabled: moving,
    title: s ? `実際の1秒でデモの${lasting(s)}が過ぎます` : "時計を止めます", onclick: () => setSpeed(s),
  }, label)));
  draw($("jumps"), [moving, !!tick?.next_due, nearest, tick?.next_due, tick?.next_open], () => [
    jumps.map(([label, title, f, to]) => {
      const target = to && to();
      return el("button", {
        type: "button", "data-name": label, disabled: moving || (to && !target), title: target ? `${title}（${when(new Date(target))}）` : title,
        onclick: () => advance(f()),
      }, label);
    }),
    moving ? el("span", { class: "busy", role: "status" }, "進めています…") : "",
  ]);
}

function show() {
  if (!tick) return;
  const t = now();
  const d = day(t);
  if ($("day").textContent !== d) $("day").textContent = d;
  $("time").textContent = speed() > 120 ? time(t) : seconds(t);
  draw($("hours"), tick.open, () => (tick.open ? "● 営業時間内" : "○ 営業時間外"));
  $("hours").classList.toggle("open", tick.open);
  buttons();
}

export function start() { setInterval(show, 250); buttons(); }

// Time stands still while a form is open: nobody should miss a deadline of the demo by typing.
const kept = "toban-speed";
export function pause() {
  if (!speed()) return;
  sessionStorage.setItem(kept, String(speed()));
  setSpeed(0);
}
export function resume() {
  const s = Number(sessionStorage.getItem(kept));
  sessionStorage.removeItem(kept);
  if (s && !speed()) setSpeed(s);
}
