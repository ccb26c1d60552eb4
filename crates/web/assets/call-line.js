// @ts-check
/**
 * The line of a page to its call: frames come, commands go and are answered. It is a socket that comes back by itself,
 * or, in a network that lets none through, long polls (CALL-A7).
 */

/** How long is waited before the socket is opened again; the last one again and again. */
const WAITS = [50, 250, 500, 1_000, 1_000, 2_000];
const ANSWER = 12_000;
/** After so many sockets that never spoke the way without them is tried. */
const DEAF = 3;

export class CallLine {
  #call;
  #hears;
  #token = "";
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #closed = true;
  #timer = 0;
  #next = 1;
  #polls = false;
  /** @type {Map<number, { done: (answer: any) => void, fail: (fault: Error) => void, timer: number }>} */
  #asked = new Map();

  /**
   * @param {string} call
   * @param {{ frame: (frame: any) => void, lost: () => void, over: (why: "rights" | "ended") => void }} hears
   */
  constructor(call, hears) {
    this.#call = call;
    this.#hears = hears;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.#closed && this.#socket === null) this.#connect();
    });
    window.addEventListener("online", () => {
      if (!this.#closed && this.#socket === null) this.#connect();
    });
  }

  get isOpen() {
    return this.#polls || this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    if (!this.#closed) return;
    this.#closed = false;
    this.#failures = 0;
    this.#connect();
  }

  close() {
    this.#closed = true;
    this.#token = "";
    clearTimeout(this.#timer);
    this.#polls = false;
    const own = this.#socket;
    this.#socket = null;
    // A goodbye under way is sent before the line is closed.
    own?.close(1000);
    this.#fail();
  }

  #fail() {
    for (const { fail, timer } of this.#asked.values()) {
      clearTimeout(timer);
      fail(new Error("the line is lost"));
    }
    this.#asked.clear();
  }

  #connect() {
    clearTimeout(this.#timer);
    if (this.#closed || this.#socket || this.#polls) return;
    const address = this.#address("line", this.#token === "" ? {} : { line: this.#token });
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const own = new WebSocket(address);
    this.#socket = own;
    own.addEventListener("message", (message) => {
      if (this.#socket !== own) return;
      this.#failures = 0;
      this.#take(JSON.parse(String(message.data)));
    });
    own.addEventListener("close", (closed) => {
      if (this.#socket !== own) return;
      this.#socket = null;
      this.#fail();
      if (this.#closed) return;
      if (closed.code === 4401 || closed.code === 4404) {
        this.#end("rights");
        return;
      }
      this.#hears.lost();
      const wait = (WAITS[Math.min(this.#failures, WAITS.length - 1)] ?? 1_000) + (Number(closed.reason) || 0);
      this.#failures += 1;
      if (this.#failures % DEAF === 0) {
        void this.#poll();
        return;
      }
      this.#timer = window.setTimeout(() => this.#connect(), wait + Math.random() * 200);
    });
  }

  /** @param {string} path @param {Record<string, string>} query */
  #address(path, query) {
    const address = new URL(`/calls/${this.#call}/${path}`, location.href);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    return address;
  }

  /** @param {"rights" | "ended"} why */
  #end(why) {
    this.close();
    this.#hears.over(why);
  }

  /** @param {URL} address @param {object} [body] */
  async #fetch(address, body) {
    /** @type {RequestInit} */
    const how = { headers: { Accept: "application/json" }, redirect: "error" };
    if (body) {
      how.method = "POST";
      how.body = JSON.stringify(body);
      how.headers = { "Content-Type": "application/json", Accept: "application/json" };
    }
    const answer = await fetch(address, how);
    if (answer.status === 401) this.#end("rights");
    // Of a line that was given away another is opened; a call without lines is over.
    else if (answer.status === 404 && address.pathname.endsWith("/line")) this.#end("ended");
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  /** Without sockets; a socket is tried again when polls fail. */
  async #poll() {
    try {
      this.#token = (await this.#fetch(this.#address("line", {}), {})).line;
      this.#polls = true;
      for (let anew = true; this.#polls && !this.#closed; anew = false) {
        const query = { line: this.#token, wait: "25", ...(anew ? { anew: "true" } : {}) };
        for (const frame of (await this.#fetch(this.#address("poll", query))).frames) this.#take(frame);
      }
    } catch {
      const held = this.#polls;
      this.#polls = false;
      if (this.#closed) return;
      if (held) this.#hears.lost();
      this.#timer = window.setTimeout(() => this.#connect(), 1_000 + Math.random() * 500);
    }
  }

  /** @param {any} frame */
  #take(frame) {
    if (frame.t === "hello") this.#token = frame.line;
    if (frame.re !== undefined) {
      const asked = this.#asked.get(frame.re);
      this.#asked.delete(frame.re);
      clearTimeout(asked?.timer);
      asked?.done(frame);
      return;
    }
    this.#hears.frame(frame);
  }

  /**
   * Sends a command; fails when the line is lost before its answer.
   * @param {Record<string, unknown>} command
   * @returns {Promise<any>}
   */
  async ask(command) {
    if (this.#polls) return this.#fetch(this.#address("command", { line: this.#token }), { ...command, re: 0 });
    const own = this.#socket;
    if (own?.readyState !== WebSocket.OPEN) throw new Error("there is no line");
    const re = this.#next++;
    own.send(JSON.stringify({ ...command, re }));
    return new Promise((done, fail) => {
      const timer = window.setTimeout(() => {
        this.#asked.delete(re);
        fail(new Error("no answer"));
      }, ANSWER);
      this.#asked.set(re, { done, fail, timer });
    });
  }
}
