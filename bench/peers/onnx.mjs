import onnxProto from 'onnx-proto';
import * as ort from 'onnxruntime-web';
import { inputsOf } from '../inputs.mjs';

const { onnx } = onnxProto;
const FLOAT = 1;

/** Sets the number of threads of ONNX Runtime Web. `assets`: where its .wasm files lie (Node finds them by itself). */
export async function start(threads, assets) {
  ort.env.wasm.numThreads = threads;
  if (assets) ort.env.wasm.wasmPaths = assets;
  ort.env.logLevel = 'error';
}

const valueInfo = (name, shape) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});
const constant = (name, { shape, values }) => ({
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
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'bench',
      node: nodes,
      input: Object.entries(inputs).map(([name, { shape }]) => valueInfo(name, shape)),
      output: [valueInfo('z', outputShape)],
      initializer: constants,
    },
  });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [name, new ort.Tensor('float32', values, shape)]),
  );
  const made = await ort.InferenceSession.create(onnx.ModelProto.encode(model).finish(), {
    executionProviders: ['wasm'],
  });
  return { run: () => made.run(feeds), result: async () => (await made.run(feeds)).z.data };
}

const unary = { relu: 'Relu', exp: 'Exp', sigmoid: 'Sigmoid', tanh: 'Tanh' };

/** gelu(x) = x/2 · (1 + erf(x/√2)), which this set of operators has no name for. */
const gelu = () => ({
  nodes: [
    node('Mul', ['x', 'c'], ['a']),
    node('Erf', ['a'], ['e']),
    node('Add', ['e', 'one'], ['f']),
    node('Mul', ['x', 'f'], ['g']),
    node('Mul', ['g', 'half'], ['z']),
  ],
  constants: Object.entries({ c: Math.SQRT1_2, one: 1, half: 0.5 }).map(([name, value]) =>
    constant(name, { shape: [], values: Float32Array.of(value) }),
  ),
});

/** The nodes of a network's layers from value `from` to value `to`. */
function network(layers, from, to, prefix = '') {
  if (layers.length === 0) return [node('Identity', [from], [to])];
  const value = (i) => (i === 0 ? from : i === layers.length ? to : `${prefix}v${i}`);
  return layers.flatMap(([type, ...sizes], i) => {
    const name = `${prefix}${i}.`;
    const [x, y] = [value(i), value(i + 1)];
    if (type === 'linear') return [node('Gemm', [x, `${name}weight`, `${name}bias`], [y], [int('transB', 1)])];
    if (type === 'conv') {
      const { padding = 0, stride = 1, groups = 1, bias = true } = sizes[3] ?? {};
      const attributes = [
        ints('pads', Array(4).fill(padding)),
        ints('strides', [stride, stride]),
        int('group', groups),
      ];
      return [node('Conv', [x, `${name}weight`, ...(bias ? [`${name}bias`] : [])], [y], attributes)];
    }
    if (type === 'norm') {
      const statistics = [`zeros${sizes[0]}`, `ones${sizes[0]}`];
      return [node('BatchNormalization', [x, `${name}weight`, `${name}bias`, ...statistics], [y])];
    }
    if (type === 'relu') return [node('Relu', [x], [y])];
    if (type === 'maxpool') return [node('MaxPool', [x], [y], [ints('kernel_shape', [2, 2]), ints('strides', [2, 2])])];
    if (type === 'flatten') return [node('Flatten', [x], [y])];
    if (type === 'mean') return [node('GlobalAveragePool', [x], [`${name}m`]), node('Flatten', [`${name}m`], [y])];
    const [main, short] = [`${name}main.`, `${name}short.`];
    return [
      ...network(sizes[0], x, `${main}y`, main),
      ...network(sizes[1], x, `${short}y`, short),
      node('Add', [`${main}y`, `${short}y`], [y]),
    ];
  });
}

/** The statistics of norms that have seen nothing: mean 0, variance 1. */
function statistics(layers) {
  const widths = layers.flatMap(([type, ...sizes]) => {
    if (type === 'norm') return sizes;
    return type === 'residual' ? [...statistics(sizes[0]), ...statistics(sizes[1])] : [];
  });
  return [...new Set(widths)];
}

const kinds = {
  matmul: ({ x, y }, { a, b }) => session([node('MatMul', ['x', 'y'], ['z'])], { x, y }, [], [a[0], b[1]]),
  conv({ x, w }, { padding, groups }) {
    const attributes = [ints('pads', Array(4).fill(padding)), int('group', groups)];
    const [size, kernel] = [x.shape, w.shape];
    const out = [size[0], kernel[0], ...[2, 3].map((d) => size[d] + 2 * padding - kernel[d] + 1)];
    return session([node('Conv', ['x', 'w'], ['z'], attributes)], { x }, [constant('w', w)], out);
  },
  elementwise({ x, y }, { op, shape }) {
    if (op === 'add') return session([node('Add', ['x', 'y'], ['z'])], { x, y }, [], shape);
    if (op === 'sum') return session([node('ReduceSum', ['x'], ['z'], [int('keepdims', 0)])], { x }, [], []);
    if (op === 'softmax') return session([node('Softmax', ['x'], ['z'], [int('axis', -1)])], { x }, [], shape);
    if (op === 'gelu') {
      const { nodes, constants } = gelu();
      return session(nodes, { x }, constants, shape);
    }
    if (op === 'layerNorm') {
      const width = shape.at(-1);
      const scale = constant('w', { shape: [width], values: new Float32Array(width).fill(1) });
      const epsilon = { name: 'epsilon', f: 1e-5, type: onnx.AttributeProto.AttributeType.FLOAT };
      return session([node('LayerNormalization', ['x', 'w'], ['z'], [epsilon])], { x }, [scale], shape);
    }
    return session([node(unary[op], ['x'], ['z'])], { x }, [], shape);
  },
  inference({ x, parameters }, { layers }) {
    const constants = Object.entries(parameters).map(([name, values]) => constant(name, values));
    for (const width of statistics(layers)) {
      constants.push(
        constant(`zeros${width}`, { shape: [width], values: new Float32Array(width) }),
        constant(`ones${width}`, { shape: [width], values: new Float32Array(width).fill(1) }),
      );
    }
    return session(network(layers, 'x', 'z'), { x }, constants, [x.shape[0], 10]);
  },
};

/** Sets up a row, or answers null where the runtime cannot do it (it does not train). */
export const contender = async (row) => (await kinds[row.kind]?.(inputsOf(row), row)) ?? null;
