// Buttons with data-order POST their JSON, or the fields of the form that they stand in; the page is fetched anew every two seconds and replaced where it changed, unless somebody is in it.
"use strict";
let shown = document.body.innerHTML;
async function refresh() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  if (page.body.innerHTML === shown || getSelection().toString() || document.body.contains(document.activeElement) && document.activeElement !== document.body) return;
  const open = [...document.querySelectorAll("details[open][id]")].map((d) => d.id);
  shown = page.body.innerHTML;
  document.body.replaceChildren(...page.body.childNodes);
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-order]");
  if (!button) return;
  button.disabled = true;
  const answer = await fetch(button.dataset.order, { method: "POST", headers: { "Content-Type": "application/json" }, body: button.form ? JSON.stringify(Object.fromEntries(new FormData(button.form))) : button.dataset.body || "{}" });
  if (!answer.ok) alert((await answer.json()).error);
  button.blur();
  refresh();
});
setInterval(() => refresh().catch(() => {}), 2000);
