// Everything works without this file. It adds keys (/ a j k, arrows between pages, Escape back), copying,
// and where the reader was on the way back.
const letters = document.querySelector("#letters");
const kept = (store, key, value) => {
  try {
    if (value === undefined) return store.getItem(key);
    store.setItem(key, value);
  } catch { /* no storage: nothing is remembered */ }
  return null;
};
const plainKeys = () => kept(localStorage, "letters") !== "off";
if (letters) {
  letters.checked = plainKeys();
  letters.addEventListener("change", () => kept(localStorage, "letters", letters.checked ? "on" : "off"));
}

const hits = () => [...document.querySelectorAll(".hit")].filter((hit) => hit.offsetParent !== null);
const click = (selector) => document.querySelector(selector)?.click();
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (event.key === "Escape") {
    if (typing) document.activeElement.blur();
    else click("#back");
    return;
  }
  if (typing) return;
  if (event.key === "ArrowLeft") return click("#previous");
  if (event.key === "ArrowRight") return click("#next");
  if (!plainKeys()) return;
  const all = hits(), at = all.indexOf(document.activeElement);
  const go = { j: at + 1, k: Math.max(at - 1, 0) }[event.key];
  if (go !== undefined && all.length) {
    const hit = all[Math.min(go, all.length - 1)];
    hit.focus();
    hit.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  } else if (event.key === "/") {
    const box = document.querySelector("#q");
    if (box) { box.focus(); box.select(); event.preventDefault(); }
  } else if (event.key === "a") click("#answer");
});

// A hit that was opened has the focus again when the reader comes back.
const asked = new URLSearchParams(location.search);
const list = `opened ${location.pathname} ${asked.get("q") ?? ""} ${asked.get("filter") ?? ""}`;
document.addEventListener("click", (event) => {
  const hit = event.target.closest?.(".hit");
  if (hit) kept(sessionStorage, list, hit.getAttribute("href"));
});
const opened = kept(sessionStorage, list);
const back = opened && hits().find((hit) => hit.getAttribute("href") === opened);
if (back) {
  back.focus();
  back.scrollIntoView({ block: "center" });
}

const tell = (text) => { document.querySelector("#told").textContent = text; };
const counted = document.querySelector("[data-told]");
if (counted) tell(counted.textContent);
for (const button of document.querySelectorAll("[data-copy], [data-copy-from]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copyFrom);
    const text = from ? from.textContent.trim() : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
      tell("copied");
      button.textContent = "copied";
    } catch { tell("this browser does not let pages copy"); }
  });
}
