// The judging page. What is done goes into an outbox in this browser first, then to the server; the
// badge says "saved" only when the server has acknowledged all of it.
import { Outbox } from "./outbox.js";
import { codePoints, pieces, selected } from "./spans.js";

const at = (id) => document.getElementById(id);
const AHEAD = 20;
const member = at("badge").dataset.member;
const api = at("badge").dataset.api;
const outbox = new Outbox(`trovato-judge/${member}`, `${api}events`, told);
let queue = []; // assignments not judged yet; the first is shown
let cursor = -1; // sentence
const done = []; // what was shown before: {assignment, event}

function told({ waiting, refused, lost }) {
  const badge = at("badge");
  const text = refused.length ? `${refused.length} not accepted` : waiting ? `${waiting} waiting${lost ? ", no connection" : ""}` : "saved";
  badge.dataset.state = refused.length ? "conflict" : waiting ? "waiting" : "saved";
  if (badge.textContent !== text) badge.textContent = text;
  const last = refused.at(-1);
  at("problem").hidden = !last;
  at("problem").textContent = last ? `Not accepted: ${last.problem}` : "";
}

async function ask(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.title);
  return body;
}

async function refill() {
  try {
    const found = await ask(`${api}assignments?count=${AHEAD}`);
    const known = new Set([...queue, ...done.filter((one) => outbox.has(one.event)).map((one) => one.assignment)].map(name));
    const fresh = found.assignments.filter((one) => !known.has(name(one)));
    const empty = queue.length === 0;
    queue.push(...fresh);
    at("waiting").textContent = `${found.waiting} ${found.waiting === 1 ? "document waits" : "documents wait"}`;
    if (empty) show();
  } catch {
    if (queue.length === 0) setTimeout(refill, 2000);
  }
}

const name = (one) => JSON.stringify([one.query, one.document]);

function show() {
  cursor = -1;
  const one = queue[0];
  at("query").textContent = one ? one.text : "Nothing is left for you";
  at("document-name").textContent = one ? one.title || one.document : "Document";
  at("write").hidden = !one;
  if (one) at("write").href = `write?${new URLSearchParams({ query: one.query })}`;
  const answer = at("answer");
  if (answer.dataset.query !== (one?.query ?? "")) {
    answer.dataset.query = one?.query ?? "";
    answer.value = one ? outbox.draft(one.query) ?? one.answer : "";
  }
  for (const button of document.querySelectorAll(".judge button, #answer")) button.disabled = !one && button.id !== "undo";
  for (const button of document.querySelectorAll("[data-grade]")) {
    button.setAttribute("aria-pressed", String(one?.own?.grade === Number(button.dataset.grade)));
  }
  draw();
}

function draw() {
  const one = queue[0];
  const content = at("content");
  content.replaceChildren();
  at("evidence").replaceChildren();
  if (!one) return;
  for (const piece of pieces(one.content, one.spans, one.sentences[cursor])) {
    const element = document.createElement(piece.marked ? "mark" : "span");
    element.textContent = piece.text;
    element.dataset.start = piece.start;
    if (piece.cursor) element.className = "cursor";
    content.append(element);
  }
  content.querySelector(".cursor")?.scrollIntoView({ block: "nearest" });
  for (const span of one.spans) {
    const line = document.createElement("li");
    line.textContent = span.quote;
    at("evidence").append(line);
  }
}

function judge(grade, hard = false) {
  const one = queue[0];
  if (!one) return;
  const event = outbox.add("judged", { query: one.query, document: one.document, grade, hard_negative: hard });
  one.own = { grade };
  done.push({ assignment: one, event });
  if (done.length > 50) done.shift();
  queue.shift();
  at("model").textContent = "";
  show();
  outbox.sent(event).then(() => compare(one, grade));
  if (queue.length < AHEAD / 2) outbox.sent(event).then(refill);
}

// What models say is asked for only when one's own grade is stored; the server gives it only then.
async function compare(one, grade) {
  const { suggestions } = await ask(`${api}suggestions?${new URLSearchParams({ query: one.query, document: one.document })}`).catch(() => ({ suggestions: [] }));
  const said = suggestions.find((suggestion) => suggestion.task === "grade");
  if (said) at("model").textContent = `Last document: you ${grade ?? "not sure"}, ${said.model} ${said.output.grade}`;
}

function undo() {
  const last = done.pop();
  if (!last) return;
  outbox.add("undone", { event: last.event });
  last.assignment.own = null;
  queue.unshift(last.assignment);
  show();
}

function mark() {
  const one = queue[0];
  const range = one && (selected(at("content")) ?? one.sentences[cursor]);
  if (!range) return;
  const [start, end] = range;
  const quote = codePoints(one.content).slice(start, end).join("");
  const id = outbox.add("span", { query: one.query, document: one.document, start, end, quote });
  one.spans.push({ id, start, end, quote });
  getSelection().removeAllRanges();
  draw();
}

function unmark() {
  const span = queue[0]?.spans.pop();
  if (!span) return;
  outbox.add("span removed", { query: queue[0].query, document: queue[0].document, span: span.id });
  draw();
}

function move(step) {
  const count = queue[0]?.sentences.length ?? 0;
  if (!count) return;
  cursor = Math.min(Math.max(cursor + step, 0), count - 1);
  draw();
}

function saveAnswer() {
  const one = queue[0];
  const text = at("answer").value;
  if (!one) return;
  const cited = [...queue, ...done.map((entry) => entry.assignment)].filter((other) => other.query === one.query);
  const citations = [...new Set(cited.flatMap((other) => other.spans.map((span) => span.id)))];
  outbox.add("answered", { query: one.query, text, citations });
  for (const other of cited) other.answer = text;
  outbox.forget(one.query);
}

const KEYS = { x: () => judge(0, true), u: () => judge(null), z: undo, "[": () => move(-1), "]": () => move(1), h: mark, d: unmark, a: () => at("answer").focus() };

document.addEventListener("keydown", (event) => {
  if (event.target.id === "answer") {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) saveAnswer();
    else if (event.key === "Escape") at("answer").blur();
    else return;
    event.preventDefault();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "z") undo();
  else if (event.ctrlKey || event.metaKey || event.altKey || !at("letters").checked) return;
  else if (/^[0-3]$/.test(event.key)) judge(Number(event.key));
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});
for (const button of document.querySelectorAll("[data-grade]")) button.addEventListener("click", () => judge(Number(button.dataset.grade)));
for (const [id, act] of [["hard", KEYS.x], ["unsure", KEYS.u], ["undo", undo], ["save-answer", saveAnswer]]) at(id).addEventListener("click", act);
at("answer").addEventListener("input", () => outbox.keep(at("answer").dataset.query, at("answer").value));
addEventListener("online", () => outbox.send());

outbox.send();
refill();
