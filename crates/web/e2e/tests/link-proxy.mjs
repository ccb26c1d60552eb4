// A bad network between a page and the server's media: loses packets, or lets only so many bits through.
import dgram from "node:dgram";

/** Starts on a port of loopback; `way` can be changed while it runs. */
export async function badNetwork(way = { loss: 0, bits: Infinity }) {
  const front = dgram.createSocket("udp4");
  await new Promise((done) => front.bind(0, "127.0.0.1", done));
  // A test that has failed does not wait for it.
  front.unref();
  /** For each page a socket of its own towards the server. */
  const ways = new Map();
  let target = 0;
  let seed = 7;
  const draw = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
  let room = 0;
  let filled = Date.now();
  const passes = (bytes) => {
    if (draw() < way.loss) return false;
    if (way.bits === Infinity) return true;
    const now = Date.now();
    room = Math.min(way.bits / 8 / 4, room + ((now - filled) * way.bits) / 8_000);
    filled = now;
    if (room < bytes) return false;
    room -= bytes;
    return true;
  };
  front.on("message", (packet, from) => {
    const name = `${from.address}:${from.port}`;
    let back = ways.get(name);
    if (!back) {
      back = dgram.createSocket("udp4");
      back.unref();
      // What the server sends to the page is what suffers.
      back.on("message", (answer) => {
        if (passes(answer.length)) front.send(answer, from.port, from.address);
      });
      ways.set(name, back);
    }
    if (target !== 0) back.send(packet, target, "127.0.0.1");
  });
  return {
    port: front.address().port,
    way,
    /** The server's own port, which the page's answers name. */
    lead(/** @type {number} */ port) {
      target = port;
    },
    close() {
      front.close();
      for (const back of ways.values()) back.close();
    },
  };
}

/** In the page: answers lose the candidates that are not wanted, or name another port. */
export function bend({ udp, port }) {
  const native = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const lines = description.sdp.split("\r\n").flatMap((line) => {
      if (!line.startsWith("a=candidate:")) return [line];
      const parts = line.split(" ");
      const isUdp = parts[2].toLowerCase() === "udp";
      if (isUdp && !udp) return [];
      if (!isUdp && port) return [];
      if (isUdp && port) {
        window.mediaPort = Number(parts[5]);
        parts[5] = String(port);
      }
      return [parts.join(" ")];
    });
    return native.call(this, { type: description.type, sdp: lines.join("\r\n") });
  };
}
