// Events that the server has not acknowledged, kept in this browser in the order they happened.
const AGAIN = 2000; // ms between attempts while the server cannot be reached

export class Outbox {
  #key; #address; #told; #events; #refused; #waiting = new Map(); #busy = false; #lost = false; #timer;

  constructor(key, address, told) {
    this.#key = key;
    this.#address = address;
    this.#told = told;
    this.#events = this.#read("events") ?? [];
    this.#refused = this.#read("refused") ?? [];
    this.#tell();
  }

  // Keeps an event and sends it; gives its id.
  add(kind, fields) {
    const event = { id: crypto.randomUUID(), kind, fields, time: Date.now() / 1000 };
    this.#events.push(event);
    this.#write();
    this.#tell();
    this.send();
    return event.id;
  }

  // Whether the event still waits.
  has(id) {
    return this.#events.some((event) => event.id === id);
  }

  // Resolves when the server has acknowledged the event.
  sent(id) {
    if (!this.has(id)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
  }

  async send() {
    if (this.#busy || !this.#events.length) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      const sent = this.#events.slice(0, 50);
      const answer = await fetch(this.#address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(sent) });
      if (!answer.ok) throw new Error(String(answer.status));
      this.#acknowledge((await answer.json()).events);
      this.#lost = false;
    } catch {
      this.#lost = true;
    }
    this.#busy = false;
    this.#tell();
    if (this.#lost) this.#timer = setTimeout(() => this.send(), AGAIN);
    else this.send();
  }

  #acknowledge(told) {
    const answered = new Map(told.map((one) => [one.id, one]));
    for (const event of this.#events) {
      const one = answered.get(event.id);
      if (one?.problem) this.#refused.push({ ...event, problem: one.problem });
    }
    this.#events = this.#events.filter((event) => !answered.has(event.id));
    this.#write();
    for (const one of told) {
      if (!one.problem) for (const resolve of this.#waiting.get(one.id) ?? []) resolve();
      this.#waiting.delete(one.id);
    }
  }

  // Text that was typed and not saved yet, by query.
  draft(query) { return (this.#read("drafts") ?? {})[query]; }
  keep(query, text) { this.#store("drafts", { ...this.#read("drafts"), [query]: text }); }
  forget(query) {
    const drafts = this.#read("drafts") ?? {};
    delete drafts[query];
    this.#store("drafts", drafts);
  }

  #tell() { this.#told({ waiting: this.#events.length, refused: this.#refused, lost: this.#lost }); }
  #write() { this.#store("events", this.#events); this.#store("refused", this.#refused); }
  #read(name) { return JSON.parse(localStorage.getItem(`${this.#key}/${name}`)); }
  #store(name, value) { localStorage.setItem(`${this.#key}/${name}`, JSON.stringify(value)); }
}
