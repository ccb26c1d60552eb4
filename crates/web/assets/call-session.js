// @ts-check
/**
 * A person's part in a call as the server tells it: who is here, who may what, which line carries whom. Each frame is
 * the whole of what it is about, so nothing is missed for long. A lost socket comes back to its place within seconds;
 * where the place is gone, as after a restart of the server, the person is let in anew with nothing to do for them
 * (CALL-I10).
 */
import { CallLine } from "./call-line.js";
import { Peer } from "./call-peer.js";

/** @typedef {import("./call-peer.js").Source} Source */
/** @typedef {import("./call-quality.js").Quality} Quality */
/** @typedef {Record<Source, boolean>} May */
/** @typedef {"check" | "joining" | "lobby" | "in" | "again" | "out"} Phase */
/** @typedef {"own" | "removed" | "rights" | "replaced" | "ended" | "failed"} Why */
/** @typedef {{ id: number, peer: string, name: string, initials: string, tint: number, part: string, microphone: boolean, camera: boolean, screen: boolean, network: string }} Other */
/** @typedef {{ mid: string, person: number, source: Source, paused: boolean }} Slot */
/** @typedef {{ kind: "hand" | "came" | "went" | "screen" | "reaction" | "spoken" | "taken" | "refused" | "out", person?: number, source?: Source, word?: string }} Said */
/** @typedef {{ quiet: boolean, microphones: boolean, cameras: boolean, screens: boolean }} Rules */
/** @typedef {{ id: number, peer: string, name: string, part: string, hand: number | null, on: May, may: May, muted: boolean, network: string | null }} PersonFrame */

/** @type {Source[]} */
const SOURCES = ["microphone", "camera", "screen"];
/** Whose decisions about single people a rule takes back. @type {Record<keyof Rules, Source[]>} */
const OF_RULE = { quiet: [], microphones: ["microphone"], cameras: ["camera"], screens: ["screen"] };
/** Refusals that pass: the SFU is busy or begins anew, or the place was taken back. */
const PASSING = ["K-41", "K-42", "K-43", "404"];
/** So often nobody is let in before the person is told that it does not work. */
const TRIES = 5;
/** How long a connection may take to stand. */
const STANDS = 12_000;

/** @param {string} name */
const initialsOf = (name) => name.split(" ").slice(0, 2).map((one) => one[0] ?? "").join("");

export class Session {
  /** @type {Phase} */
  phase = "check";
  /** @type {Why} */
  why = "own";
  text = "";
  me = Number(document.getElementById("main")?.dataset.me ?? 0);
  part = "";
  /** @type {May} */
  may = { microphone: true, camera: true, screen: false };
  /** @type {Rules} */
  rules = { quiet: false, microphones: true, cameras: true, screens: false };
  /** @type {Map<number, Other>} */
  people = new Map();
  /** @type {{ person: number, since: number }[]} */
  hands = [];
  /** @type {Slot[]} */
  slots = [];
  /** @type {number[]} */
  speakers = [];
  /** @type {{ id: number, name: string }[]} */
  outs = [];
  /** Who waits to be let in, told to whoever leads. @type {{ id: number, name: string }[]} */
  lobby = [];
  /** What each may do. @type {Map<number, May>} */
  rights = new Map();
  /** @type {Quality} */
  network = "good";
  /** @type {Peer | null} */
  peer = null;

  #options;
  /** @type {CallLine} */
  #line;
  /** @type {Map<string, number>} */
  #byPeer = new Map();
  /** @type {{ mid: string, peer: string | null, source: Source | null, paused: boolean }[]} */
  #rawSlots = [];
  /** @type {string[]} */
  #rawSpeakers = [];
  #wants = false;
  #joining = false;
  #stands = false;
  #tries = 0;
  #timer = 0;
  /** @type {May} */
  #on = { microphone: false, camera: false, screen: false };
  /** @type {{ tiles: { person: number, source: string, height: number }[], soundOnly: boolean }} */
  #view = { tiles: [], soundOnly: false };
  #looked = "";
  #lookTimer = 0;

  /**
   * @param {{ call: string, pictures: number, sizes: 2 | 3, changed: () => void, connected: (peer: Peer) => void, said: (said: Said) => void }} options
   */
  constructor(options) {
    this.#options = options;
    this.#line = new CallLine(options.call, {
      frame: (frame) => this.#hear(frame),
      lost: () => this.#lose(),
      over: (why) => this.#leave(why, ""),
    });
    window.addEventListener("online", () => void this.#restart());
    const connection = /** @type {{ connection?: EventTarget }} */ (navigator).connection;
    connection?.addEventListener("change", () => void this.#restart());
    window.addEventListener("pagehide", () => this.peer?.close());
  }

  /** Asks to be let in, now and whenever it is lost. */
  async join() {
    this.#wants = true;
    this.#tries = 0;
    this.text = "";
    this.#set("joining");
    this.#line.open();
  }

  /** @param {Phase} phase */
  #set(phase) {
    this.phase = phase;
    this.#options.changed();
  }

  #lose() {
    if (!this.#wants) return;
    if (this.phase === "in") this.#set("again");
  }

  /** @param {any} frame */
  #hear(frame) {
    if (frame.t === "hello") {
      this.me = frame.me;
      if (!this.#wants) return;
      // The place is still ours, and the connection of media has not heard of anything.
      if (frame.in && this.peer && this.#stands) {
        this.#looked = "";
        this.#claim();
        this.#look();
        this.#set("in");
      } else void this.#enter();
    } else if (frame.t === "call") this.#hearCall(frame);
    else if (frame.t === "people") this.#hearPeople(frame.people);
    else if (frame.t === "slots") {
      this.#rawSlots = frame.slots;
      this.#bind();
    } else if (frame.t === "speakers") {
      this.#rawSpeakers = frame.peers;
      this.#bind();
    } else if (frame.t === "network") {
      this.network = frame.quality;
    } else if (frame.t === "reaction") this.#options.said({ kind: "reaction", person: frame.id, word: frame.reaction });
    else if (frame.t === "out") this.#hearOut(frame);
    this.#options.changed();
  }

  /** @param {any} frame */
  #hearCall(frame) {
    const before = this.may;
    this.part = frame.part;
    this.rules = frame.rules;
    this.watch = frame.watch;
    this.outs = frame.kept_out ?? [];
    this.lobby = frame.lobby ?? [];
    const open = frame.state === "open";
    if (open) this.may = frame.may;
    if (this.phase === "in" && open) {
      for (const source of SOURCES) {
        if (before[source] && !this.may[source]) this.#options.said({ kind: "taken", source });
      }
      // A rule that is eased for all calls nobody.
      if (!before.microphone && this.may.microphone && !this.rules.microphones) this.#options.said({ kind: "spoken" });
    } else if (open && this.phase === "lobby") void this.#enter();
  }

  /** @param {PersonFrame[]} people */
  #hearPeople(people) {
    const before = this.people;
    const hands = new Set(this.hands.map((hand) => hand.person));
    this.#byPeer = new Map(people.map((one) => [one.peer, one.id]));
    this.rights = new Map(people.map((one) => [one.id, one.may]));
    this.people = new Map(people.map((one) => [one.id, {
      id: one.id, peer: one.peer, name: one.name, initials: initialsOf(one.name), tint: one.id % 6, part: one.part,
      ...one.on, network: one.network ?? "",
    }]));
    this.hands = people.flatMap((one) => (one.hand === null ? [] : [{ person: one.id, since: one.hand }])).sort((a, b) => a.since - b.since);
    this.#bind();
    if (before.size === 0) return;
    for (const one of people) {
      if (!before.has(one.id)) this.#options.said({ kind: "came", person: one.id });
      if (one.hand !== null && !hands.has(one.id) && one.id !== this.me) this.#options.said({ kind: "hand", person: one.id });
      if (one.on.screen && !before.get(one.id)?.screen && one.id !== this.me) this.#options.said({ kind: "screen", person: one.id });
    }
  }

  /** Lines carry connections; the page speaks of people. */
  #bind() {
    this.slots = this.#rawSlots.flatMap((slot) => {
      const person = slot.peer === null ? undefined : this.#byPeer.get(slot.peer);
      return person === undefined || slot.source === null ? [] : [{ mid: slot.mid, person, source: slot.source, paused: slot.paused }];
    });
    this.speakers = this.#rawSpeakers.flatMap((peer) => this.#byPeer.get(peer) ?? []);
  }

  /** @param {{ why: string, again: boolean, text: string }} frame */
  #hearOut(frame) {
    this.#drop();
    if (frame.why === "waits") this.#wait();
    else if (frame.again && this.#wants) {
      this.#set("again");
      this.#again();
    } else this.#leave(/** @type {Why} */ (frame.why), frame.text);
  }

  /** Without anybody who leads one waits, and is let in when they come. */
  async #wait() {
    this.people = new Map();
    this.#set("lobby");
    await this.#enter();
  }

  async #enter() {
    if (this.#joining || !this.#wants) return;
    this.#joining = true;
    let failed = false;
    const peer = new Peer({
      pictures: this.#options.pictures,
      sizes: this.#options.sizes,
      tell: (standing) => this.#follow(peer, standing),
      restart: () => void this.#restart(),
    });
    try {
      const answer = await this.#line.ask({ t: "join", offer: await peer.offer() });
      if (answer.t === "wait") {
        peer.close();
        this.#tries = 0;
        this.#set("lobby");
      } else if (answer.t === "no") {
        peer.close();
        this.#refuse(answer);
      } else {
        const old = this.peer;
        this.peer = peer;
        this.#stands = false;
        await peer.accept(answer.sdp);
        old?.close();
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => this.#follow(peer, "off"), STANDS);
        this.#options.connected(peer);
        this.#looked = "";
        for (const source of SOURCES) if (this.#on[source] && !this.may[source]) this.#options.said({ kind: "taken", source });
        this.#claim();
        this.#look();
        this.#set("in");
      }
    } catch {
      peer.close();
      failed = true;
    } finally {
      this.#joining = false;
    }
    // A line that is lost comes back by itself and then it is tried again; one that stands owes an answer.
    if (failed && this.#wants && this.#line.isOpen) this.#again();
  }

  /** @param {{ code?: string, text?: string, retry?: number }} answer */
  #refuse(answer) {
    this.text = answer.text ?? "";
    if (answer.code === "K-20") this.#leave("removed", this.text);
    else if (answer.code === "K-2") this.#leave("ended", "");
    // Somebody's place can be taken back while it is being made; whoever has no right at all hears so by the line.
    else if (answer.retry !== undefined || PASSING.includes(answer.code ?? "")) this.#again();
    else this.#leave("failed", this.text);
  }

  #again() {
    this.#tries += 1;
    if (this.#tries > TRIES) {
      this.#leave("failed", this.text);
      return;
    }
    setTimeout(() => void this.#enter(), 300 * this.#tries);
  }

  /** @param {Peer} peer @param {import("./call-peer.js").Standing} standing */
  #follow(peer, standing) {
    if (peer !== this.peer) return;
    if (standing === "on") {
      clearTimeout(this.#timer);
      this.#stands = true;
      this.#tries = 0;
      if (this.phase === "again" && this.#line.isOpen) this.#set("in");
    } else if (standing === "shaky") {
      if (this.phase === "in") this.#set("again");
    } else if (!this.#stands && this.#tries >= 2) this.#leave("failed", "no-way");
    else {
      this.#stands = false;
      this.#again();
    }
  }

  /** Another way over another network. */
  async #restart() {
    const peer = this.peer;
    if (!peer || !this.#stands || !this.#line.isOpen) return;
    try {
      const answer = await this.#line.ask({ t: "restart", offer: await peer.offerRestart() });
      if (answer.t === "no") this.#again();
      else await peer.accept(answer.sdp);
    } catch {
      // The line comes back, and everything is asked for anew.
    }
  }

  #drop() {
    clearTimeout(this.#timer);
    this.peer?.close();
    this.peer = null;
    this.#stands = false;
    this.slots = [];
    this.#rawSlots = [];
    this.#rawSpeakers = [];
    this.speakers = [];
  }

  /** @param {Why} why @param {string} text */
  #leave(why, text) {
    this.#wants = false;
    this.#drop();
    this.people = new Map();
    this.why = why;
    this.text = text;
    this.#line.close();
    this.#options.said({ kind: "out" });
    this.#set("out");
  }

  /** Goes away by one's own wish. */
  leave() {
    void this.#line.ask({ t: "leave" }).catch(() => {});
    this.#leave("own", "");
  }

  /** Asks for a change; what is refused is said. @param {Record<string, unknown>} command */
  async #ask(command) {
    try {
      const answer = await this.#line.ask(command);
      if (answer.t === "no") this.#options.said({ kind: "refused", word: answer.text ?? "" });
    } catch {
      this.#options.said({ kind: "refused", word: "" });
    }
  }

  #claim() {
    if (this.#line.isOpen) void this.#line.ask({ t: "sends", ...this.#on }).catch(() => {});
  }

  /** Says what is switched on, for the signs on others' pages. @param {Source} source @param {boolean} on */
  tell(source, on) {
    this.#on = { ...this.#on, [source]: on };
    if (this.peer) this.#claim();
  }

  /** Says what is seen (CALL-S5), once in a while. @param {{ person: number, source: string, height: number }[]} tiles @param {boolean} soundOnly */
  look(tiles, soundOnly) {
    this.#view = { tiles, soundOnly };
    if (this.#lookTimer === 0) this.#lookTimer = window.setTimeout(() => this.#look(), 200);
  }

  #look() {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = 0;
    if (!this.peer || !this.#line.isOpen) return;
    const tiles = this.#view.tiles.flatMap(({ person, source, height }) => {
      const peer = this.people.get(person)?.peer;
      return peer === undefined ? [] : [{ peer, source, height: Math.min(4000, height) }];
    });
    const view = { tiles: tiles.slice(0, 32), audio_only: this.#view.soundOnly };
    const said = JSON.stringify(view);
    if (said === this.#looked) return;
    this.#looked = said;
    void this.#line.ask({ t: "viewport", ...view }).catch(() => {});
  }

  /** @param {boolean} up */
  raise = (up) => void this.#ask({ t: "hand", up });
  /** @param {string} reaction */
  react = (reaction) => void this.#ask({ t: "react", reaction });
  /** @param {number} person @param {Source} source @param {boolean} on */
  allow = (person, source, on) => void this.#ask({ t: "allow", person, source, on });
  /** @param {number} person */
  remove = (person) => void this.#ask({ t: "remove", person });
  /** @param {number} person */
  letBack = (person) => void this.#ask({ t: "back", person });
  /** @param {number | null} person */
  lower = (person) => void this.#ask({ t: "lower", person });
  hush = () => this.rule("microphones", false);
  /** A rule that is set holds for everybody, whatever was decided about single people. @param {keyof Rules} name @param {boolean} on */
  rule = (name, on) => void this.#ask({ t: "rules", ...this.rules, [name]: on, anew: OF_RULE[name] });
  end = () => void this.#ask({ t: "end" });
}
