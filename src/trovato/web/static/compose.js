// The form works without this file. It adds sliders that rank again in place, dropping and pasting a
// picture, arrows between pictures, and a look beside the reference.
const at = (id) => document.getElementById(id);
const form = at("compose"), file = at("file"), drop = at("drop"), preset = at("preset");
const sliders = [...document.querySelectorAll("[data-of]")];
const usual = (name) => preset.selectedOptions[0].dataset[name];

// The page at another address is asked for, and its pictures replace these: the server remembers what
// it encoded, so no model is asked. XMLHttpRequest reads a page without making markup from a string.
let asking = null, waiting = 0;
function rank() {
  const asked = new URLSearchParams(location.search);
  if (!asked.get("image") && !asked.get("edit")) return;
  for (const name of ["alpha", "beta"]) {
    if (at(name).value === "") asked.delete(name);
    else asked.set(name, at(name).value);
  }
  asked.set("preset", preset.value);
  const address = `${location.pathname}?${asked}`;
  asking?.abort();
  asking = new XMLHttpRequest();
  asking.open("GET", address);
  asking.responseType = "document";
  asking.addEventListener("load", () => {
    const fresh = asking.response?.getElementById("found");
    if (!fresh) return;
    at("found").replaceWith(document.adoptNode(fresh));
    history.replaceState(null, "", address);
    const first = document.querySelector(".pictures .hit span");
    at("told").textContent = first ? `first now: ${first.textContent}` : "nothing found";
  });
  asking.addEventListener("error", () => { at("told").textContent = "the server does not answer"; });
  asking.send();
}
const soon = () => { clearTimeout(waiting); waiting = setTimeout(rank, 60); };

for (const slider of sliders) {
  const number = at(slider.dataset.of), reset = document.querySelector(`[data-reset="${slider.dataset.of}"]`);
  const show = () => {
    slider.value = number.value === "" ? usual(number.id) : number.value;
    number.placeholder = usual(number.id);
    reset.hidden = number.value === "";
  };
  slider.hidden = false;
  slider.addEventListener("input", () => { number.value = slider.value; show(); soon(); });
  number.addEventListener("input", () => { if (number.checkValidity()) { show(); soon(); } });
  reset.addEventListener("click", () => { number.value = ""; show(); slider.focus(); soon(); });
  preset.addEventListener("change", () => { number.value = ""; show(); soon(); });
  show();
}

function take(files) {
  const picture = [...files].find((one) => one.type.startsWith("image/"));
  if (!picture) return false;
  const one = new DataTransfer();
  one.items.add(picture);
  file.files = one.files;
  form.requestSubmit();
  return true;
}
at("drop-hint").hidden = false;
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // a file that misses the frame must not replace the page
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => { if (take(event.clipboardData.files)) event.preventDefault(); });
file.addEventListener("change", () => { if (file.files.length) form.requestSubmit(); });

const dialog = at("compare");
function compare(hit) {
  const reference = at("reference");
  if (!reference || dialog.open) return;
  dialog.firstElementChild.replaceChildren(reference.cloneNode(), hit.querySelector("img").cloneNode());
  for (const image of dialog.querySelectorAll("img")) image.removeAttribute("id");
  dialog.showModal();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  const all = [...document.querySelectorAll(".pictures .hit")], place = all.indexOf(document.activeElement);
  if (place < 0) return;
  if (event.key === "c" && at("letters").checked) return compare(all[place]);
  const row = all.filter((hit) => hit.closest("li").offsetTop === all[0].closest("li").offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
  const next = step && all[place + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});
