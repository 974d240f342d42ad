// Everything works without this file; it only adds keys: / a j k Enter, arrows between pages, Escape back.
"use strict";
const hits = [...document.querySelectorAll(".hit")];
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (event.key === "Escape") {
    if (typing) document.activeElement.blur();
    else document.querySelector("#back")?.click();
    return;
  }
  if (typing) return;
  const at = hits.indexOf(document.activeElement);
  const go = { j: at + 1, k: Math.max(at - 1, 0) }[event.key];
  if (go !== undefined && hits.length) {
    hits[Math.min(go, hits.length - 1)].focus();
    event.preventDefault();
  } else if (event.key === "/") {
    const box = document.querySelector("#q");
    if (box) { box.focus(); box.select(); event.preventDefault(); }
  } else if (event.key === "a") document.querySelector("#answer")?.click();
  else if (event.key === "ArrowLeft") document.querySelector("#previous")?.click();
  else if (event.key === "ArrowRight") document.querySelector("#next")?.click();
});
