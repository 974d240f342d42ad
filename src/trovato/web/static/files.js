// Files that are dropped or chosen are sent one after another; what becomes of each is told by the stream of events.
const main = document.querySelector("[data-files]");
if (main) {
  const { files, events, jobs, collection, token } = main.dataset;
  const list = main.querySelector("#waiting"), progress = main.querySelector("#progress");
  const queue = [];
  let sending = false;

  const line = (name) => {
    const item = document.createElement("li"), said = document.createElement("span");
    const shown = document.createElement("bdi");
    shown.textContent = name;
    said.className = "hint";
    item.append(shown, " ", said);
    list.append(item);
    return item;
  };
  const say = (item, text) => { item.querySelector(".hint").textContent = text; };
  const stoppable = (item) => {
    const button = document.createElement("button");
    button.className = "quiet";
    button.textContent = "leave out";
    button.addEventListener("click", () => fetch(`${jobs}${item.dataset.job}/stop`, { method: "POST", headers: { "x-form-token": token } }));
    item.append(" ", button);
  };

  async function send() {
    if (sending) return;
    sending = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      say(next.item, "is being sent");
      try {
        const answer = await fetch(`${files}?${new URLSearchParams({ name: next.file.name })}`, { method: "POST", headers: { "x-form-token": token, "content-type": "application/octet-stream", accept: "application/json" }, body: next.file });
        const said = await answer.json().catch(() => ({}));
        if (answer.ok) {
          next.item.dataset.job = said.id;
          say(next.item, "waits");
          stoppable(next.item);
        } else say(next.item, said.title ?? `was refused (${answer.status})`);
      } catch {
        say(next.item, "was not sent, and is tried again");
        queue.unshift(next);
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    }
    sending = false;
  }
  const take = (given) => {
    for (const file of given) queue.push({ file, item: line(file.name) });
    send();
  };

  main.querySelector("#choose").addEventListener("change", (event) => take([...event.target.files]));
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
  addEventListener("drop", (event) => take([...event.dataTransfer.files]));
  for (const item of list.children) stoppable(item);

  const ends = { indexed: "is indexed", stopped: "was left out", unreadable: "could not be read" };
  const stream = new EventSource(events);
  stream.addEventListener("progress", (event) => {
    const said = JSON.parse(event.data);
    if (said.of !== collection) return;
    const share = said.total ? ` ${Math.round(100 * said.done / said.total)} %` : "";
    progress.textContent = said.problem ? `Waits: ${said.problem}` : `${said.stage}${share}`;
  });
  for (const [kind, text] of Object.entries(ends)) stream.addEventListener(kind, (event) => {
    const said = JSON.parse(event.data);
    const item = list.querySelector(`[data-job="${CSS.escape(said.of)}"]`);
    if (!item) return;
    item.querySelector("button")?.remove();
    say(item, said.problem ? `${text}: ${said.problem}` : text);
    if (!list.querySelector("button")) progress.textContent = "";
  });
}
