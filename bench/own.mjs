import * as wasmgrad from 'wasmgrad';
import { inputsOf } from './inputs.mjs';
import { build, encoder, gpt, adder } from './networks.mjs';

const { F, noGrad, optim, scope, tensor, zeros } = wasmgrad;

const toTensor = ({ shape, values }) => tensor(values, { shape }).keep();

/** Runs without recording, and frees what the run made. */
const forward = (fn) => ({ run: () => scope(() => void noGrad(fn)), result: () => noGrad(fn).toTypedArray() });

/** A copy that reads and writes `bytes` altogether. */
export function copyOf(bytes) {
  const [from, to] = [zeros([bytes / 8]).keep(), zeros([bytes / 8]).keep()];
  return forward(() => to.copy_(from));
}

/** The same work eagerly and, where the library records steps, captured. */
function both(fn, inputs, contender) {
  const contenders = { wasmgrad: contender(() => fn(...inputs)) };
  if (wasmgrad.capture) {
    const captured = wasmgrad.capture(fn);
    contenders.captured = contender(() => captured(...inputs));
  }
  return contenders;
}

/** A step of training; its result is the loss of the first two steps, so that the update is compared, too. */
const stepContender = (step) => ({
  run: () => scope(() => void step()),
  result: () => scope(() => [step().item(), step().item()]),
});

/** Every contender trains a network of its own, from the same parameters. */
function training(make, { lossOf, optimizer = 'Adam', lr = 1e-3 }, inputs) {
  const step = () => {
    const model = make();
    const updates = new optim[optimizer](model.parameters(), { lr });
    return (...given) => {
      updates.zeroGrad();
      const loss = lossOf(model, ...given);
      loss.backward();
      updates.step();
      return loss;
    };
  };
  const contenders = { wasmgrad: stepContender(bind(step(), inputs)) };
  if (wasmgrad.capture) contenders.captured = stepContender(bind(wasmgrad.capture(step()), inputs));
  return contenders;
}

const bind = (fn, inputs) => () => fn(...inputs);

const classification = (model, x, target) => F.crossEntropy(model.forward(x), target);

const kinds = {
  matmul({ x, y }) {
    const [a, b] = [toTensor(x), toTensor(y)];
    return { wasmgrad: forward(() => a.matmul(b)) };
  },
  conv({ x, w }, { padding, groups }) {
    const [input, weight] = [toTensor(x), toTensor(w)];
    return { wasmgrad: forward(() => F.conv2d(input, weight, null, { padding, groups })) };
  },
  elementwise({ x: given, y: other }, { op, shape }) {
    const [x, y] = [toTensor(given), toTensor(other)];
    const ops = {
      add: () => x.add(y),
      sum: () => x.sum(),
      softmax: () => x.softmax(-1),
      gelu: () => F.gelu(x),
      layerNorm: () => F.layerNorm(x, [shape.at(-1)]),
    };
    return { wasmgrad: forward(ops[op] ?? (() => x[op]())) };
  },
  inference({ x, parameters }, { layers }) {
    const model = build(layers, parameters).eval();
    return both((input) => model.forward(input), [toTensor(x)], forward);
  },
  step({ x, target, parameters }, { layers, optimizer }) {
    const make = () => build(layers, parameters);
    return training(make, { lossOf: classification, optimizer }, [toTensor(x), toTensor(target)]);
  },
  encoderStep({ x, target, parameters }, row) {
    const make = encoder(row, parameters);
    const lossOf = (model, input, wanted) => F.mseLoss(model.forward(input), wanted);
    return make && training(make, { lossOf }, [toTensor(x), toTensor(target)]);
  },
  gpt({ x, target, parameters }, row) {
    const make = gpt(row, parameters);
    if (!make) return null;
    const inputs = [toTensor(x), toTensor(target)];
    if (row.training) return training(make, { lossOf: classification, optimizer: 'AdamW' }, inputs);
    const model = make().eval();
    return both((tokens) => model.forward(tokens), inputs.slice(0, 1), forward);
  },
  adder({ x, target, parameters }) {
    const lossOf = (model, pair, sum) => F.mseLoss(model.forward(pair), sum);
    return training(() => adder(parameters), { lossOf }, [toTensor(x), toTensor(target)]);
  },
};

/** Sets up a row on wasmgrad: contenders by name (`wasmgrad`, `captured`), or null where something is missing in the library. */
export const own = (row) => kinds[row.kind](inputsOf(row), row);
