// Runs reader.wasm under Node, as the page does, for tests: node run_reader.mjs <module>
//
// Each line of input is a request as JSON, each line of output its answer: {"npz": base64, "bytes":
// how many to claim} answers {"taken"}, {"drawing": text} answers the reading. What was thrown, a
// trap too, is answered as {"thrown"}.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const reader = instance.exports;
const bytes = (address, length) => new Uint8Array(reader.memory.buffer, address, length);

function take(content, claimed) {
  const room = bytes(reader.npz(), reader.npz_bytes());
  room.set(content.subarray(0, room.length));
  return { taken: reader.take_weights(claimed) };
}

function read(text) {
  bytes(reader.drawing(), 2 * 784).set(new TextEncoder().encode(text));
  const reason = reader.read_drawing();
  const seen = bytes(reader.seen(), 4 * 784);
  return {
    reason,
    digit: reader.digit(),
    probabilities: [...new Float32Array(reader.memory.buffer, reader.probabilities(), 10)],
    seen: Buffer.from(seen).toString("hex"),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = "npz" in request
      ? take(Buffer.from(request.npz, "base64"), request.bytes)
      : read(request.drawing);
  } catch (error) {
    answer = { thrown: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
