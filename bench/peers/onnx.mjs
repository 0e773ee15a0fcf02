import onnxProto from 'onnx-proto';
import * as ort from 'onnxruntime-web';
import { count, denseWeights, numbers } from '../inputs.mjs';

const { onnx } = onnxProto;
const FLOAT = 1;

/** Sets the number of threads of ONNX Runtime Web. */
export async function start(threads) {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
}

const valueInfo = (name, shape) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});
const constant = (name, shape, values) => ({
  name,
  dims: shape,
  dataType: FLOAT,
  rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});
const node = (opType, input, output, attribute = []) => ({ opType, input, output, attribute });
const ints = (name, values) => ({ name, ints: values, type: onnx.AttributeProto.AttributeType.INTS });
const int = (name, i) => ({ name, i, type: onnx.AttributeProto.AttributeType.INT });

/** A session for a graph from inputs x (and y) to z. */
async function session(nodes, inputs, constants, outputShape) {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'bench',
      node: nodes,
      input: Object.entries(inputs).map(([name, { shape }]) => valueInfo(name, shape)),
      output: [valueInfo('z', outputShape)],
      initializer: constants,
    },
  });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, seed }]) => [
      name,
      new ort.Tensor('float32', numbers(count(shape), seed), shape),
    ]),
  );
  const made = await ort.InferenceSession.create(onnx.ModelProto.encode(model).finish(), {
    executionProviders: ['wasm'],
  });
  return { run: () => made.run(feeds), result: async () => (await made.run(feeds)).z.data };
}

const unary = { relu: 'Relu', exp: 'Exp', sigmoid: 'Sigmoid', tanh: 'Tanh' };

const kinds = {
  matmul: ({ a, b }) =>
    session(
      [node('MatMul', ['x', 'y'], ['z'])],
      { x: { shape: a, seed: 1 }, y: { shape: b, seed: 2 } },
      [],
      [a[0], b[1]],
    ),
  conv({ x, w, padding, groups }) {
    const attributes = [ints('pads', Array(4).fill(padding)), int('group', groups), ints('kernel_shape', w.slice(2))];
    const out = [x[0], w[0], x[2] + 2 * padding - w[2] + 1, x[3] + 2 * padding - w[3] + 1];
    const weight = constant('w', w, numbers(count(w), 2, 0.2));
    return session([node('Conv', ['x', 'w'], ['z'], attributes)], { x: { shape: x, seed: 1 } }, [weight], out);
  },
  elementwise({ op, shape }) {
    const x = { shape, seed: 1 };
    if (op === 'add') return session([node('Add', ['x', 'y'], ['z'])], { x, y: { shape, seed: 2 } }, [], shape);
    if (op === 'sum') return session([node('ReduceSum', ['x'], ['z'], [int('keepdims', 0)])], { x }, [], []);
    if (op === 'softmax') return session([node('Softmax', ['x'], ['z'], [int('axis', -1)])], { x }, [], shape);
    return session([node(unary[op], ['x'], ['z'])], { x }, [], shape);
  },
  mlp({ sizes, batch }) {
    const weights = denseWeights(sizes);
    const nodes = weights.flatMap((_, i) => {
      const last = i === weights.length - 1;
      const gemm = node(
        'Gemm',
        [i === 0 ? 'x' : `h${i}`, `w${i}`, `b${i}`],
        [last ? 'z' : `g${i}`],
        [int('transB', 1)],
      );
      return last ? [gemm] : [gemm, node('Relu', [`g${i}`], [`h${i + 1}`])];
    });
    const constants = weights.flatMap(({ w, b }, i) => [
      constant(`w${i}`, w.shape, w.values),
      constant(`b${i}`, b.shape, b.values),
    ]);
    return session(nodes, { x: { shape: [batch, sizes[0]], seed: 1 } }, constants, [batch, sizes.at(-1)]);
  },
  cnn({ batch }, { cnnWeights }) {
    const constants = Object.entries(cnnWeights()).map(([name, { shape, values }]) => constant(name, shape, values));
    const pool = [ints('kernel_shape', [2, 2]), ints('strides', [2, 2])];
    const nodes = [
      node('Conv', ['x', '0.weight', '0.bias'], ['a']),
      node('Relu', ['a'], ['b']),
      node('MaxPool', ['b'], ['c'], pool),
      node('Conv', ['c', '3.weight', '3.bias'], ['d']),
      node('Relu', ['d'], ['e']),
      node('MaxPool', ['e'], ['f'], pool),
      node('Flatten', ['f'], ['g']),
      node('Gemm', ['g', '7.weight', '7.bias'], ['h'], [int('transB', 1)]),
      node('Relu', ['h'], ['i']),
      node('Gemm', ['i', '9.weight', '9.bias'], ['z'], [int('transB', 1)]),
    ];
    return session(nodes, { x: { shape: [batch, 1, 28, 28], seed: 1 } }, constants, [batch, 10]);
  },
};

/** Sets up a row, or answers null where the runtime cannot do it (it does not train). */
export const contender = async (row, shared) => (await kinds[row.kind]?.(row, shared)) ?? null;
