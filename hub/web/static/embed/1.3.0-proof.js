// Proof of work for <hub-consultation>: PBKDF2-HMAC-SHA256 by the browser, or, on plain-http pages, by the code below.
// It runs in a worker; a page whose policy forbids workers (`worker-src blob:`) does it in slices that leave it usable.

/**
 * The smallest counter whose derived key begins with `difficulty` zero bits. `tell(tried)` hears how far it is;
 * `isStopped()` ends it. Needs nothing around it: its source is the worker's, too.
 */
async function findCounter(task, tell, isStopped, slice) {
  const utf8 = (text) => new TextEncoder().encode(text);
  const isEnough = (bytes) => {
    let left = task.difficulty;
    for (let at = 0; left > 0; at += 1, left -= 8) if (bytes[at] >> Math.max(0, 8 - left)) return false;
    return true;
  };
  const subtle = globalThis.crypto?.subtle;

  // SHA-256 (FIPS 180-4): the constants are the first bits behind the point of cube roots and square roots of primes.
  const K = new Int32Array(64);
  const START = new Int32Array(8);
  for (let prime = 2, found = 0; found < 64; prime += 1) {
    let divisor = 2;
    while (divisor * divisor <= prime && prime % divisor) divisor += 1;
    if (divisor * divisor <= prime) continue;
    START[found] = (Math.sqrt(prime) % 1) * 2 ** 32;
    K[found++] = (Math.cbrt(prime) % 1) * 2 ** 32;
  }
  const W = new Int32Array(64);
  /** Takes one block of 16 words into a state of 8. */
  const compress = (from, block, into) => {
    W.set(block);
    for (let t = 16; t < 64; t += 1) {
      const x = W[t - 15];
      const y = W[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      W[t] = (W[t - 16] + s0 + W[t - 7] + s1) | 0;
    }
    let a = from[0];
    let b = from[1];
    let c = from[2];
    let d = from[3];
    let e = from[4];
    let f = from[5];
    let g = from[6];
    let h = from[7];
    for (let t = 0; t < 64; t += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    into[0] = from[0] + a;
    into[1] = from[1] + b;
    into[2] = from[2] + c;
    into[3] = from[3] + d;
    into[4] = from[4] + e;
    into[5] = from[5] + f;
    into[6] = from[6] + g;
    into[7] = from[7] + h;
    return into;
  };
  /** Hashes bytes from a state on that has already taken `before` bytes. */
  const digest = (bytes, state = START, before = 0) => {
    const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    padded.set(bytes);
    padded[bytes.length] = 128;
    const view = new DataView(padded.buffer);
    const bits = (before + bytes.length) * 8;
    view.setUint32(padded.length - 8, bits / 2 ** 32);
    view.setUint32(padded.length - 4, bits);
    let found = state;
    const block = new Int32Array(16);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i += 1) block[i] = view.getInt32(at + 4 * i);
      found = compress(found, block, new Int32Array(8));
    }
    return found;
  };
  const toBytes = (words) => {
    const view = new DataView(new ArrayBuffer(32));
    words.forEach((word, at) => view.setInt32(4 * at, word));
    return new Uint8Array(view.buffer);
  };
  const deriveSlowly = (password, salt) => {
    const key = new Uint8Array(64);
    key.set(password.length > 64 ? toBytes(digest(password)) : password);
    const [inner, outer] = [0x36, 0x5c].map((pad) => {
      const view = new DataView(key.map((byte) => byte ^ pad).buffer);
      const block = new Int32Array(16).map((_, at) => view.getInt32(4 * at));
      return compress(START, block, new Int32Array(8));
    });
    const block = new Int32Array(16);
    block[8] = 1 << 31;
    block[15] = (64 + 32) * 8;
    const first = digest(Uint8Array.of(...salt, 0, 0, 0, 1), inner, 64);
    block.set(first);
    const now = compress(outer, block, new Int32Array(8));
    const all = Int32Array.from(now);
    for (let turn = 1; turn < task.iterations; turn += 1) {
      block.set(now);
      compress(inner, block, now);
      block.set(now);
      compress(outer, block, now);
      for (let i = 0; i < 8; i += 1) all[i] ^= now[i];
    }
    return toBytes(all);
  };
  const deriveByBrowser = async (password, salt) => {
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const given = { name: "PBKDF2", hash: "SHA-256", salt, iterations: task.iterations };
    return new Uint8Array(await subtle.deriveBits(given, key, 256));
  };

  const hex = Array.from(toBytes(digest(utf8(task.text))), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const salt = Uint8Array.from(task.salt.match(/../g) || [], (pair) => parseInt(pair, 16));
  // The browser derives on threads of its own, so several at once; the smallest counter of them counts.
  const width = subtle ? 4 : 1;
  let rested = Date.now();
  for (let counter = 0; !isStopped(); counter += width) {
    const passwords = Array.from({ length: width }, (_, i) => utf8(`${task.challenge}.${hex}.${counter + i}`));
    const keys = subtle
      ? await Promise.all(passwords.map((password) => deriveByBrowser(password, salt)))
      : [deriveSlowly(passwords[0], salt)];
    const hit = keys.findIndex(isEnough);
    if (hit >= 0) return counter + hit;
    if (Date.now() - rested >= slice) {
      tell(counter + width);
      await new Promise((go) => setTimeout(go));
      rested = Date.now();
    }
  }
  return null;
}

/** Finds the counter of a challenge for a text. Rejects with the signal's reason when it is aborted. */
export function prove(task, tell, signal) {
  return new Promise((done, fail) => {
    let worker = null;
    let here = false;
    const end = (finish, value) => {
      worker?.terminate();
      finish(value);
    };
    signal.addEventListener("abort", () => end(fail, signal.reason), { once: true });
    const onPage = () => {
      worker?.terminate();
      worker = null;
      if (here) return;
      here = true;
      findCounter(task, tell, () => signal.aborted, 12).then((counter) => counter !== null && done(counter), fail);
    };
    try {
      const source = `onmessage = ({ data }) => (${findCounter})(data, (tried) => postMessage({ tried }), () => false, 100)
        .then((counter) => postMessage({ counter }));`;
      const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      worker = new Worker(address);
      URL.revokeObjectURL(address);
      worker.onmessage = ({ data }) => ("counter" in data ? end(done, data.counter) : tell(data.tried));
      worker.onerror = onPage;
      worker.postMessage(task);
    } catch {
      onPage();
    }
  });
}
