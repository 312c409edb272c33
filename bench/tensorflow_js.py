"""The same training step in TensorFlow.js, in a worker of the same browser, to compare with.

Its wasm backend with SIMD, on one thread like ours, in three forms: `sgd.minimize` as its guides
teach it; a Keras-like model's `trainOnBatch`; and the step written out by hand with explicit
transposes, because the backend multiplies fast only without transposing. All get the batches as
prepared float32 tensors, so they scale no pixels, and none computes accuracy.
"""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Page, Worker

from bench.browser import start_worker

PACKAGES = Path(__file__).parent / "node_modules" / "@tensorflow"
SCRIPTS = (
    "tfjs-core/dist/tf-core.min.js",
    "tfjs-layers/dist/tf-layers.min.js",
    "tfjs-backend-cpu/dist/tf-backend-cpu.min.js",
    "tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
)
BINARY = "tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm"
WORKER_SCRIPT = "tensorflow.js"
CONTENDERS = ("minimize", "trainOnBatch", "by hand")

# The backend asks for the names of all its binaries; on one thread and with SIMD it loads one.
SET_UP = """
async binary => {
  tf.wasm.setWasmPaths({
    "tfjs-backend-wasm-simd.wasm": binary,
    "tfjs-backend-wasm.wasm": "none",
    "tfjs-backend-wasm-threaded-simd.wasm": "none",
  });
  await tf.setBackend("wasm");
  await tf.ready();
  return tf.version_core;
}
"""
# Blocks are .npy of (n, 785) uint8, label first.
LOAD_SAMPLES = """
async paths => {
  const samples = [];
  for (const path of paths) {
    const answer = await fetch(path, {headers: {Accept: "application/x-npy"}});
    const content = await answer.arrayBuffer();
    const header = 10 + new DataView(content).getUint16(8, true);
    const rows = new Uint8Array(content, header);
    for (let start = 0; start < rows.length; start += 785)
      samples.push(rows.subarray(start, start + 785));
  }

  self.makeBatches = size => {
    const batches = [];
    for (let start = 0; start + size <= samples.length; start += size) {
      const batch = samples.slice(start, start + size);
      const pixels = new Float32Array(size * 784);
      batch.forEach((row, i) => row.subarray(1).forEach((p, j) => pixels[i * 784 + j] = p / 255));
      const labels = tf.tensor1d(batch.map(row => row[0]), "int32");
      batches.push([tf.tensor2d(pixels, [size, 784]), tf.oneHot(labels, 10, 1, 0, "float32")]);
      labels.dispose();
    }
    return batches;
  };

  const LEARNING_RATE = 0.1;
  const weights = () => [[784, 128], [128, 10]].map(
    shape => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / shape[0]))));

  const minimize = () => {
    const [w1, w2] = weights();
    const sgd = tf.train.sgd(LEARNING_RATE);
    return (x, y) => {
      const loss = sgd.minimize(
        () => tf.losses.softmaxCrossEntropy(y, tf.matMul(tf.relu(tf.matMul(x, w1)), w2)), true);
      loss.dataSync();
      loss.dispose();
    };
  };

  const trainOnBatch = () => {
    const layer = options => tf.layers.dense({
      useBias: false, kernelInitializer: "heNormal", ...options});
    const model = tf.sequential({layers: [
      layer({units: 128, activation: "relu", inputShape: [784]}),
      layer({units: 10, activation: "softmax"}),
    ]});
    model.compile({
      optimizer: tf.train.sgd(LEARNING_RATE), loss: "categoricalCrossentropy"});
    return (x, y) => model.trainOnBatch(x, y);
  };

  const byHand = () => {
    const [w1, w2] = weights();
    return (x, y) => tf.tidy(() => {
      const hidden = tf.fused.matMul({a: x, b: w1, activation: "relu"});
      const logProbs = tf.logSoftmax(tf.matMul(hidden, w2));
      const loss = tf.sum(tf.mul(logProbs, y)).dataSync()[0] / -x.shape[0];
      const scale = LEARNING_RATE / x.shape[0];
      const logitsGrad = tf.mul(tf.sub(tf.exp(logProbs), y), scale);
      const hiddenGrad = tf.mul(tf.matMul(logitsGrad, tf.transpose(w2)), tf.step(hidden));
      w2.assign(tf.sub(w2, tf.matMul(tf.transpose(hidden), logitsGrad)));
      w1.assign(tf.sub(w1, tf.matMul(tf.transpose(x), hiddenGrad)));
      return loss;
    });
  };

  self.steps = {minimize: minimize(), trainOnBatch: trainOnBatch(), "by hand": byHand()};
}
"""
MEASURE = """
async ([contender, size, seconds]) => {
  if (self.batchSize !== size) {
    (self.batches ?? []).flat().forEach(tensor => tensor.dispose());
    self.batches = makeBatches(size);
    self.batchSize = size;
  }
  const step = steps[contender];
  for (let i = 0; i < 2; i++) await step(...batches[i]);
  let count = 0;
  const start = performance.now();
  let now = start;
  while (now - start < seconds * 1000) {
    await step(...batches[count % batches.length]);
    count++;
    now = performance.now();
  }
  return (now - start) / count;
}
"""


def script() -> str:
    """All of TensorFlow.js that the worker needs, in one file."""
    if not PACKAGES.exists():
        raise SystemExit("TensorFlow.js is not installed; `make bench` does that.")
    return "\n".join((PACKAGES / path).read_text() for path in SCRIPTS)


class TensorFlowWorker:
    """A worker with TensorFlow.js and the samples of some of the API's blocks."""

    def __init__(self, page: Page, block_paths: list[str]) -> None:
        """The page finds `script()` as WORKER_SCRIPT (browser.provide)."""
        self._worker: Worker = start_worker(page, WORKER_SCRIPT)
        binary = base64.b64encode((PACKAGES / BINARY).read_bytes()).decode()
        self.version: str = self._worker.evaluate(SET_UP, f"data:application/wasm;base64,{binary}")
        self._worker.evaluate(LOAD_SAMPLES, block_paths)

    def measure(self, contender: str, batch_size: int, seconds: float) -> float:
        """Milliseconds of a step, over at least this many seconds of steps."""
        elapsed: float = self._worker.evaluate(MEASURE, [contender, batch_size, seconds])
        return elapsed
