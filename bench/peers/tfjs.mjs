import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { count, denseWeights, numbers } from '../inputs.mjs';

const require = createRequire(import.meta.url);

/** Starts TensorFlow.js on its wasm backend. In Node it has one thread. */
export async function start() {
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
}

const given = (shape, seed, scale) => tf.tensor(numbers(count(shape), seed, scale), shape);
const inference = (fn) => ({ run: () => fn().dispose(), result: () => tf.tidy(() => fn().dataSync()) });

/** An NCHW shape's tensor in NHWC, the only layout of the backend. */
const channelsLast = (x) => tf.transpose(x, [0, 2, 3, 1]);

function conv(x, w, { padding, groups }) {
  const pad = padding === 0 ? 'valid' : 'same';
  const filter = groups === 1 ? tf.transpose(w, [2, 3, 1, 0]) : tf.transpose(w, [2, 3, 0, 1]);
  return () => (groups === 1 ? tf.conv2d(x, filter, 1, pad) : tf.depthwiseConv2d(x, filter, 1, pad));
}

function dense(sizes) {
  const layers = denseWeights(sizes).map(({ w, b }) => ({
    w: tf.variable(tf.transpose(tf.tensor(w.values, w.shape))),
    b: tf.variable(tf.tensor(b.values, b.shape)),
  }));
  const forward = (x) =>
    layers.reduce((y, { w, b }, i) => {
      const z = tf.add(tf.matMul(y, w), b);
      return i < layers.length - 1 ? tf.relu(z) : z;
    }, x);
  return { layers, forward };
}

const kinds = {
  matmul({ a, b }) {
    const x = given(a, 1);
    const y = given(b, 2);
    return inference(() => tf.matMul(x, y));
  },
  conv(row) {
    const apply = conv(channelsLast(given(row.x, 1)), given(row.w, 2, 0.2), row);
    return {
      run: () => apply().dispose(),
      result: () => tf.tidy(() => tf.transpose(apply(), [0, 3, 1, 2]).dataSync()),
    };
  },
  elementwise({ op, shape }) {
    const x = given(shape, 1);
    const y = given(shape, 2);
    return inference(() => (op === 'add' ? tf.add(x, y) : tf[op](x)));
  },
  mlp({ sizes, batch }) {
    const { forward } = dense(sizes);
    const x = given([batch, sizes[0]], 1);
    return inference(() => tf.tidy(() => forward(x)));
  },
  cnn({ batch }, { cnnWeights }) {
    const w = cnnWeights();
    const filter = (name) => tf.transpose(tf.tensor(w[name].values, w[name].shape), [2, 3, 1, 0]);
    const vector = (name) => tf.tensor(w[name].values, w[name].shape);
    const [k1, k2, b1, b2] = [filter('0.weight'), filter('3.weight'), vector('0.bias'), vector('3.bias')];
    // PyTorch flattens channels first: reorder the weights of the first dense layer once.
    const d1 = tf.tidy(() => {
      const inNCHW = tf.reshape(vector('7.weight'), [128, 64, 5, 5]);
      return tf.transpose(tf.reshape(tf.transpose(inNCHW, [0, 2, 3, 1]), [128, 1600]));
    });
    const d2 = tf.transpose(vector('9.weight'));
    const [c1, c2] = [vector('7.bias'), vector('9.bias')];
    const x = channelsLast(given([batch, 1, 28, 28], 1));
    return inference(() =>
      tf.tidy(() => {
        const y1 = tf.maxPool(tf.relu(tf.add(tf.conv2d(x, k1, 1, 'valid'), b1)), 2, 2, 'valid');
        const y2 = tf.maxPool(tf.relu(tf.add(tf.conv2d(y1, k2, 1, 'valid'), b2)), 2, 2, 'valid');
        const y3 = tf.relu(tf.add(tf.matMul(tf.reshape(y2, [batch, 1600]), d1), c1));
        return tf.add(tf.matMul(y3, d2), c2);
      }),
    );
  },
  /** By hand: in Node the package comes without its table of gradients. */
  mlpStep({ sizes, batch }) {
    const { layers } = dense(sizes);
    const x = given([batch, sizes[0]], 1);
    const labels = tf.oneHot(
      tf.tensor1d(
        Int32Array.from({ length: batch }, (_, i) => i % 10),
        'int32',
      ),
      10,
    );
    const learningRate = tf.scalar(1e-3);
    const update = (variable, gradient) => variable.assign(tf.sub(variable, tf.mul(gradient, learningRate)));
    const step = () =>
      tf.tidy(() => {
        const inputs = [x];
        layers.forEach(({ w, b }, i) => {
          const z = tf.add(tf.matMul(inputs[i], w), b);
          inputs.push(i < layers.length - 1 ? tf.relu(z) : z);
        });
        const scores = inputs.pop();
        const probabilities = tf.softmax(scores);
        const loss = tf.neg(tf.mean(tf.log(tf.sum(tf.mul(probabilities, labels), 1))));
        let dz = tf.div(tf.sub(probabilities, labels), batch);
        for (let i = layers.length - 1; i >= 0; i--) {
          const { w, b } = layers[i];
          const dw = tf.matMul(inputs[i], dz, true);
          const db = tf.sum(dz, 0);
          if (i > 0) dz = tf.mul(tf.matMul(dz, w, false, true), tf.step(inputs[i]));
          update(w, dw);
          update(b, db);
        }
        return loss;
      });
    return { run: () => step().dispose(), result: () => tf.tidy(() => step().dataSync()) };
  },
};

/** Sets up a row, or answers null where the backend has no kernels for it (it has no gradients of convolutions). */
export const contender = (row, shared) => kinds[row.kind]?.(row, shared) ?? null;
