// The page: opens the event stream and hands changes to the parts.
import { $, later, toast } from "./dom.js";
import { demo, listen, useKey, attempt } from "./api.js";
import * as clock from "./clock.js";
import * as promises from "./promises.js";
import * as backlog from "./backlog.js";
import * as slack from "./slack.js";
import * as tour from "./tour.js";

// side shows one side on narrow screens.
function side(name) {
  document.body.dataset.side = name;
  for (const b of $("sides").querySelectorAll("button")) b.setAttribute("aria-current", String(b.dataset.side === name));
  if (name !== "promises") $(name).classList.remove("news");
  $("sides").querySelector(`[data-side=${name}]`).classList.remove("news");
}

const quietly = (f) => () => f().catch((e) => { if (e.status !== 0) console.error(e); });

async function begin() {
  const info = await demo.info();
  useKey(info.customer_api_key);
  clock.start();
  clock.ticked({ now: info.now, speed: info.speed, open: true });
  const showIssue = (key) => { side("backlog"); backlog.open(key); };
  promises.start(showIssue);
  for (const b of $("sides").querySelectorAll("button")) b.addEventListener("click", () => side(b.dataset.side));
  side("backlog");
  await Promise.all([backlog.start(info), slack.start(info, showIssue, (id) => { side("backlog"); backlog.openWiki(id); })]);
  tour.start(info, backlog.listed(), side);

  const look = { backlog: later(quietly(backlog.refresh), 200), slack: later(quietly(slack.refresh), 60), promises: later(quietly(promises.refresh), 200) };
  await promises.refresh();
  let lost = false;
  listen({
    change: (what) => {
      look[what]?.();
      const b = $("sides").querySelector(`[data-side=${what}]`);
      if (b && what !== "promises" && document.body.dataset.side !== what) b.classList.add("news");
    },
    clock: clock.ticked,
    up: (ok) => {
      if (ok && lost) { toast("再び接続しました。", "good"); Object.values(look).forEach((f) => f()); }
      if (!ok && !lost) toast("デモとの接続が切れました。再接続しています…", "bad");
      lost = !ok;
    },
  });
  // Sending a promise's clock on its way may take a moment longer than the comment that shows it.
  setInterval(look.promises, 3000);
  document.addEventListener("advanced", () => Object.values(look).forEach((f) => f()));
}

attempt(begin).then(() => { document.body.dataset.ready = "yes"; });
