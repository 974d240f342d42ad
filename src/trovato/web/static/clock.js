// How long an answer has been in the making; a module would wait until the page is whole.
const clock = document.querySelector(".clock");
if (clock) {
  const begun = performance.now();
  clock.hidden = false;
  const tick = setInterval(() => {
    if (document.querySelector(".outcome")) clearInterval(tick);
    clock.textContent = `${Math.round((performance.now() - begun) / 1000)} s`;
  }, 500);
}
