import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { inputsOf } from '../inputs.mjs';

/** Starts TensorFlow.js on its wasm backend. In Node it has one thread. `assets`: where its .wasm files lie. */
export async function start(threads, assets) {
  setWasmPaths(assets);
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
}

const toTensor = ({ shape, values }) => tf.tensor(values, shape);
const inference = (fn) => ({ run: () => fn().dispose(), result: () => tf.tidy(() => fn().dataSync()) });

/** An NCHW shape's tensor in NHWC, the only layout of the backend. */
const channelsLast = (x) => tf.transpose(x, [0, 2, 3, 1]);

function convolution(w, { padding = 0, groups = 1, stride = 1 }) {
  const pad = padding === 0 ? 'valid' : 'same';
  if (groups > 1 && stride > 1) return null;
  const filter = groups === 1 ? tf.transpose(w, [2, 3, 1, 0]) : tf.transpose(w, [2, 3, 0, 1]);
  return (x) => (groups === 1 ? tf.conv2d(x, filter, stride, pad) : tf.depthwiseConv2d(x, filter, stride, pad));
}

/** PyTorch flattens channels first: reorders the columns of the dense layer behind. */
function reordered(w, [H, W, C]) {
  const out = w.shape[0];
  return tf.reshape(tf.transpose(tf.reshape(w, [out, C, H, W]), [0, 2, 3, 1]), [out, H * W * C]);
}

/** The network of a row as functions, or null where it has layers that are not written for this peer (strides, norms, no bias). */
function network(layers, parameters, [, , H, W]) {
  const given = (name) => toTensor(parameters[name]);
  const steps = [];
  let size = [H, W];
  let flattened = null;
  let channels = 0;
  for (const [i, [type, , output, kernel, options = {}]] of layers.entries()) {
    if (type === 'linear') {
      const w = tf.transpose(flattened ? reordered(given(`${i}.weight`), flattened) : given(`${i}.weight`));
      const b = given(`${i}.bias`);
      flattened = null;
      steps.push((x) => tf.add(tf.matMul(x, w), b));
    } else if (type === 'conv' && !options.stride && parameters[`${i}.bias`]) {
      const apply = convolution(given(`${i}.weight`), options);
      const b = given(`${i}.bias`);
      size = size.map((n) => n + 2 * (options.padding ?? 0) - kernel + 1);
      channels = output;
      steps.push((x) => tf.add(apply(x), b));
    } else if (type === 'relu') steps.push((x) => tf.relu(x));
    else if (type === 'maxpool') {
      size = size.map((n) => Math.floor(n / 2));
      steps.push((x) => tf.maxPool(x, 2, 2, 'valid'));
    } else if (type === 'flatten') {
      flattened = [...size, channels];
      steps.push((x) => tf.reshape(x, [x.shape[0], -1]));
    } else return null;
  }
  return (x) => steps.reduce((y, step) => step(y), x);
}

/** Updates variables as PyTorch's SGD and Adam do. */
function updater(optimizer, variables) {
  const lr = 1e-3;
  if (optimizer === 'SGD') return (i, dx) => variables[i].assign(tf.sub(variables[i], tf.mul(dx, lr)));
  const means = variables.map((x) => tf.variable(tf.zerosLike(x)));
  const squares = variables.map((x) => tf.variable(tf.zerosLike(x)));
  return (i, dx, step) => {
    means[i].assign(tf.add(tf.mul(means[i], 0.9), tf.mul(dx, 0.1)));
    squares[i].assign(tf.add(tf.mul(squares[i], 0.999), tf.mul(tf.square(dx), 0.001)));
    const root = tf.add(tf.div(tf.sqrt(squares[i]), Math.sqrt(1 - 0.999 ** step)), 1e-8);
    variables[i].assign(tf.sub(variables[i], tf.mul(tf.div(means[i], root), lr / (1 - 0.9 ** step))));
  };
}

const kinds = {
  matmul({ x, y }) {
    const [a, b] = [toTensor(x), toTensor(y)];
    return inference(() => tf.matMul(a, b));
  },
  conv(inputs, row) {
    const x = channelsLast(toTensor(inputs.x));
    const apply = convolution(toTensor(inputs.w), row);
    return {
      run: () => apply(x).dispose(),
      result: () => tf.tidy(() => tf.transpose(apply(x), [0, 3, 1, 2]).dataSync()),
    };
  },
  elementwise(inputs, { op }) {
    const [x, y] = [toTensor(inputs.x), toTensor(inputs.y)];
    const composed = {
      add: () => tf.add(x, y),
      gelu: () => tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
      layerNorm: () =>
        tf.tidy(() => {
          const centred = tf.sub(x, tf.mean(x, -1, true));
          return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
        }),
    };
    return inference(composed[op] ?? (() => tf[op](x)));
  },
  inference({ x, parameters }, { layers }) {
    const forward = network(layers, parameters, x.shape);
    const input = x.shape.length === 4 ? channelsLast(toTensor(x)) : toTensor(x);
    return forward && inference(() => tf.tidy(() => forward(input)));
  },
  /** By hand: in Node the package comes without its table of gradients, and it has none of convolutions. */
  step({ x: given, target, parameters }, { layers, optimizer }) {
    if (layers.some(([type]) => type !== 'linear' && type !== 'relu')) return null;
    const batch = given.shape[0];
    const x = toTensor(given);
    const labels = tf.oneHot(tf.tensor1d(target.values, 'int32'), 10);
    const variables = Object.values(parameters).map((p) =>
      tf.variable(p.shape.length > 1 ? tf.transpose(toTensor(p)) : toTensor(p)),
    );
    const depth = variables.length / 2;
    const update = updater(optimizer, variables);
    let steps = 0;
    const step = () =>
      tf.tidy(() => {
        steps++;
        const inputs = [x];
        for (let i = 0; i < depth; i++) {
          const z = tf.add(tf.matMul(inputs[i], variables[2 * i]), variables[2 * i + 1]);
          inputs.push(i < depth - 1 ? tf.relu(z) : z);
        }
        const probabilities = tf.softmax(inputs.pop());
        const loss = tf.neg(tf.mean(tf.log(tf.sum(tf.mul(probabilities, labels), 1))));
        let dz = tf.div(tf.sub(probabilities, labels), batch);
        for (let i = depth - 1; i >= 0; i--) {
          const dw = tf.matMul(inputs[i], dz, true);
          const db = tf.sum(dz, 0);
          if (i > 0) dz = tf.mul(tf.matMul(dz, variables[2 * i], false, true), tf.step(inputs[i]));
          update(2 * i, dw, steps);
          update(2 * i + 1, db, steps);
        }
        return loss;
      });
    return {
      run: () => step().dispose(),
      result: () => tf.tidy(() => [...step().dataSync(), ...step().dataSync()]),
    };
  },
};

/** Sets up a row, or answers null where the backend has no kernels for it. */
export const contender = (row) => kinds[row.kind]?.(inputsOf(row), row) ?? null;
