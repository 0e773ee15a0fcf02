import { F, manualSeed, nn, noGrad, optim, scope, tensor } from 'wasmgrad';
import { count, denseWeights, numbers } from './inputs.mjs';

const given = (shape, seed, scale) => tensor(numbers(count(shape), seed, scale), { shape }).keep();

/** Runs without recording, and frees what the run made. */
const inference = (fn) => ({ run: () => scope(() => void noGrad(fn)), result: () => noGrad(fn).toTypedArray() });

function mlp(sizes) {
  const layers = denseWeights(sizes).flatMap(({ w, b }, i) => {
    const layer = new nn.Linear(w.shape[1], w.shape[0]);
    noGrad(() => {
      layer.weight.copy_(tensor(w.values, { shape: w.shape }));
      layer.bias.copy_(tensor(b.values, { shape: b.shape }));
    });
    return i < sizes.length - 2 ? [layer, new nn.ReLU()] : [layer];
  });
  return new nn.Sequential(...layers);
}

function cnn() {
  manualSeed(0);
  return new nn.Sequential(
    new nn.Conv2d(1, 32, 3),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(32, 64, 3),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(1600, 128),
    new nn.ReLU(),
    new nn.Linear(128, 10),
  );
}

/** The weights of the CNN, for peers: they run the same network. */
export function cnnWeights() {
  const state = cnn().stateDict();
  return Object.fromEntries(
    Object.entries(state).map(([name, x]) => [name, { shape: [...x.shape], values: x.toTypedArray() }]),
  );
}

function training(model, optimizer, input, batch) {
  const y = tensor(Int32Array.from({ length: batch }, (_, i) => i % 10)).keep();
  const step = () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(model.forward(input), y);
      loss.backward();
      optimizer.step();
      return loss;
    });
  return { run: () => void step().dispose(), result: () => step().toTypedArray() };
}

const kinds = {
  matmul({ a, b }) {
    const x = given(a, 1);
    const y = given(b, 2);
    return inference(() => x.matmul(y));
  },
  conv({ x, w, padding, groups }) {
    const input = given(x, 1);
    const weight = given(w, 2, 0.2);
    return inference(() => F.conv2d(input, weight, null, { padding, groups }));
  },
  elementwise({ op, shape }) {
    const x = given(shape, 1);
    const y = given(shape, 2);
    const ops = { add: () => x.add(y), sum: () => x.sum(), softmax: () => x.softmax(-1) };
    return inference(ops[op] ?? (() => x[op]()));
  },
  mlp({ sizes, batch }) {
    const model = mlp(sizes);
    const x = given([batch, sizes[0]], 1);
    return inference(() => model.forward(x));
  },
  cnn({ batch }) {
    const model = cnn();
    const x = given([batch, 1, 28, 28], 1);
    return inference(() => model.forward(x));
  },
  mlpStep({ sizes, batch }) {
    const model = mlp(sizes);
    return training(model, new optim.SGD(model.parameters(), { lr: 1e-3 }), given([batch, sizes[0]], 1), batch);
  },
  cnnStep({ batch }) {
    const model = cnn();
    return training(model, new optim.Adam(model.parameters(), { lr: 1e-3 }), given([batch, 1, 28, 28], 1), batch);
  },
};

/** Sets up a row on wasmgrad. */
export const own = (row) => kinds[row.kind](row);
