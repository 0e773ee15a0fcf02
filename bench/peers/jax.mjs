import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  scipySpecial,
  valueAndGrad,
} from '@jax-js/jax';
import { inputsOf } from '../inputs.mjs';

/** Starts jax-js on its wasm backend: in Node it has one thread, in a browser as many as navigator.hardwareConcurrency tells. */
export async function start() {
  await init('wasm');
  defaultDevice('wasm');
}

const toArray = ({ shape, values }) => np.array(values).reshape(shape);

/** Array functions own their arguments: `ref` keeps one for the next run. */
const keep = (tree) =>
  Array.isArray(tree) || tree?.constructor === Object
    ? Object.assign(Array.isArray(tree) ? [] : {}, ...Object.entries(tree).map(([k, v]) => ({ [k]: keep(v) })))
    : tree.ref;

const read = async (x) => new Float32Array(await x.data());

function inference(fn, inputs) {
  const compiled = jit(fn);
  const call = () => compiled(...inputs.map(keep));
  return {
    async run() {
      const y = call();
      await blockUntilReady(y.ref);
      y.dispose();
    },
    result: async () => read(call()),
  };
}

/** [N, C, H, W] into the largest of each 2 × 2. */
function maxPool(x) {
  const [N, C, H, W] = x.shape;
  const even = lax.reduceWindow ? null : x;
  if (!even) return lax.reduceWindow(x, (y) => np.max(y), [1, 1, 2, 2], [1, 1, 2, 2]);
  return np.max(x.reshape([N, C, H / 2, 2, W / 2, 2]), [3, 5]);
}

function forward(layers, parameters, x) {
  let y = x;
  layers.forEach(([type, , , , options = {}], i) => {
    const w = parameters[`${i}.weight`];
    const b = parameters[`${i}.bias`];
    if (type === 'linear') y = np.matmul(y, np.transpose(w)).add(b);
    else if (type === 'conv') {
      const padding = Array(2).fill(Array(2).fill(options.padding ?? 0));
      y = lax.convGeneralDilated(y, w, [1, 1], padding).add(b.reshape([1, -1, 1, 1]));
    } else if (type === 'relu') y = nn.relu(y);
    else if (type === 'maxpool') y = maxPool(y);
    else if (type === 'flatten') y = y.reshape([y.shape[0], -1]);
    else throw new Error(`jax-js: no layer ${type}`);
  });
  return y;
}

const isPlain = (layers) => layers.every(([type]) => !['norm', 'residual', 'mean'].includes(type));

const arraysOf = (parameters) => Object.fromEntries(Object.entries(parameters).map(([name, x]) => [name, toArray(x)]));

/** One compiled step: loss, gradients, and the update by hand as PyTorch's SGD and Adam compute it. */
function training(lossOf, parameters, optimizer, inputs) {
  const names = Object.keys(parameters);
  const zeros = () => Object.fromEntries(names.map((name) => [name, np.zeros(parameters[name].shape)]));
  const each = (fn) => Object.fromEntries(names.map((name) => [name, fn(name)]));
  const differentiate = valueAndGrad(lossOf);
  const lr = 1e-3;
  const sgd = (state, ...given) => {
    const [loss, gradients] = differentiate(keep(state.w), ...given);
    return [loss, { w: each((name) => state.w[name].sub(gradients[name].mul(lr))) }];
  };
  const adam = (state, ...given) => {
    const [loss, gradients] = differentiate(keep(state.w), ...given);
    const beta1 = state.power1.mul(0.9);
    const beta2 = state.power2.mul(0.999);
    const scale = np.array(lr).div(np.array(1).sub(beta1.ref));
    const root = np.sqrt(np.array(1).sub(beta2.ref));
    const m = each((name) => state.m[name].mul(0.9).add(gradients[name].ref.mul(0.1)));
    const v = each((name) => state.v[name].mul(0.999).add(np.square(gradients[name]).mul(0.001)));
    const change = (name) => m[name].ref.mul(scale.ref).div(np.sqrt(v[name].ref).div(root.ref).add(1e-8));
    const w = each((name) => state.w[name].sub(change(name)));
    scale.dispose();
    root.dispose();
    return [loss, { w, m, v, power1: beta1, power2: beta2 }];
  };
  let state =
    optimizer === 'SGD'
      ? { w: parameters }
      : { w: parameters, m: zeros(), v: zeros(), power1: np.array(1), power2: np.array(1) };
  const compiled = jit(optimizer === 'SGD' ? sgd : adam);
  const step = async () => {
    const [loss, next] = compiled(state, ...inputs.map(keep));
    state = next;
    await blockUntilReady(keep(state));
    return loss;
  };
  return {
    run: async () => (await step()).dispose(),
    result: async () => {
      const first = await read(await step());
      return [...first, ...(await read(await step()))];
    },
  };
}

function crossEntropy(scores, labels) {
  return np.mean(np.sum(nn.logSoftmax(scores, -1).mul(labels), -1)).neg();
}

function layerNorm(x, w, b) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  const y = centred.div(np.sqrt(variance.add(1e-5)));
  return w ? y.mul(w).add(b) : y;
}

function encoderLayer(p, x, heads) {
  const [N, L, E] = x.shape;
  const size = E / heads;
  const linear = (y, name) => np.matmul(y, np.transpose(p[`${name}weight`])).add(p[`${name}bias`]);
  const projected = linear(x.ref, 'self_attn.in_proj_');
  const [q, k, v] = np
    .split(projected, 3, -1)
    .map((part) => np.transpose(part.reshape([N, L, heads, size]), [0, 2, 1, 3]));
  const scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / Math.sqrt(size));
  const mixed = np.transpose(np.matmul(nn.softmax(scores, -1), v), [0, 2, 1, 3]).reshape([N, L, E]);
  const y = layerNorm(x.add(linear(mixed, 'self_attn.out_proj.')), p['norm1.weight'], p['norm1.bias']);
  const hidden = linear(nn.relu(linear(y.ref, 'linear1.')), 'linear2.');
  return layerNorm(y.add(hidden), p['norm2.weight'], p['norm2.bias']);
}

const elementwise = {
  add: (x, y) => x.add(y),
  relu: (x) => nn.relu(x),
  exp: (x) => np.exp(x),
  sigmoid: (x) => nn.sigmoid(x),
  tanh: (x) => np.tanh(x),
  gelu: (x) => x.ref.mul(scipySpecial.erf(x.mul(Math.SQRT1_2)).add(1)).mul(0.5),
  sum: (x) => np.sum(x),
  softmax: (x) => nn.softmax(x, -1),
  layerNorm: (x) => layerNorm(x),
};

const kinds = {
  matmul: ({ x, y }) => inference((a, b) => np.matmul(a, b), [toArray(x), toArray(y)]),
  conv: ({ x, w }, { padding, groups }) =>
    inference(
      (a, b) =>
        lax.convGeneralDilated(a, b, [1, 1], [[padding, padding], [padding, padding]], { featureGroupCount: groups }), // prettier-ignore
      [toArray(x), toArray(w)],
    ),
  elementwise: ({ x, y }, { op }) => inference(elementwise[op], op === 'add' ? [toArray(x), toArray(y)] : [toArray(x)]),
  inference: ({ x, parameters }, { layers }) =>
    isPlain(layers) ? inference((p, input) => forward(layers, p, input), [arraysOf(parameters), toArray(x)]) : null,
  step({ x, target, parameters }, { layers, optimizer }) {
    if (!isPlain(layers)) return null;
    const labels = new Float32Array(target.values.length * 10);
    target.values.forEach((label, i) => (labels[i * 10 + label] = 1));
    const wanted = toArray({ shape: [target.values.length, 10], values: labels });
    const lossOf = (p, input, labelled) => crossEntropy(forward(layers, p, input), labelled);
    return training(lossOf, arraysOf(parameters), optimizer, [toArray(x), wanted]);
  },
  encoderStep({ x, target, parameters }, { heads }) {
    const lossOf = (p, input, wanted) => np.mean(np.square(encoderLayer(p, input, heads).sub(wanted)));
    return training(lossOf, arraysOf(parameters), 'Adam', [toArray(x), toArray(target)]);
  },
};

/** Sets up a row, or answers null where it is not written for jax-js. */
export const contender = (row) => kinds[row.kind]?.(inputsOf(row), row) ?? null;
