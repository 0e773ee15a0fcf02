/** Layers made in double precision. */
import { Scope } from '../../src/runtime/scope.js';
import { nn, zeros, type DType, type Tensor } from '../../src/index.js';
import { f, row, type Row } from './table.js';

const dtype: DType = 'float64';

/** The parameters of a layer in double precision, of one or more ways to make it. */
function double(name: string, ...ways: readonly (readonly [make: () => nn.Module, torch: string])[]): Row {
  return row(name, {
    cases: ways.map(([make, torch]) => ({
      seed: 5,
      run: () => {
        const module = make();
        // Parameters outlive scopes; here the test's scope takes them.
        for (const parameter of module.parameters()) parameter.moveTo(Scope.current);
        return Object.values(module.stateDict());
      },
      torch: `torch.set_default_dtype(torch.float64); tuple(${torch}.state_dict().values())`,
      tolerance: { float32: 1e-15 },
    })),
  });
}

/** As `double`, of a lazy convolution after an input of zeros. */
function doubleLazy(name: string, shape: readonly number[], make: () => nn.Module): Row {
  const settled = (): nn.Module => {
    const module = make();
    (module.forward as (x: Tensor) => Tensor)(zeros(shape, { dtype }));
    return module;
  };
  const torch = `(lambda m: (m(torch.zeros(${shape.join(', ')})), m)[1])(nn.${name}(2, 3))`;
  return { ...double(name, [settled, torch]), settles: true };
}

/** As `double`, of a norm after a step: its output, its parameters and its statistics. */
function doubleNorm(name: string, shape: readonly number[], make: () => nn.Module, torch: string): Row {
  return row(name, {
    cases: [
      {
        in: { x: f(shape) },
        seed: 5,
        run: ({ x }) => {
          const module = make();
          const y = (module.forward as (x: Tensor) => Tensor)(x.detach().to(dtype).div(7));
          for (const kept of [...module.parameters(), ...module.buffers()]) kept.moveTo(Scope.current);
          return [y.detach(), ...Object.values(module.stateDict())];
        },
        torch: `torch.set_default_dtype(torch.float64); m = ${torch}; (m(x.detach().double() / 7).detach(), *m.state_dict().values())`,
        tolerance: { float32: 1e-14 },
        layouts: false,
      },
    ],
  });
}

const small = { dimFeedforward: 5, dropout: 0 };

export const rows: Row[] = [
  double('Linear', [() => new nn.Linear(3, 2, { dtype }), 'nn.Linear(3, 2)']),
  double('Bilinear', [() => new nn.Bilinear(2, 3, 2, { dtype }), 'nn.Bilinear(2, 3, 2)']),
  double('Conv1d', [() => new nn.Conv1d(2, 3, 2, { dtype }), 'nn.Conv1d(2, 3, 2)']),
  double('Conv2d', [() => new nn.Conv2d(2, 3, 2, { dtype }), 'nn.Conv2d(2, 3, 2)']),
  double('Conv3d', [() => new nn.Conv3d(2, 3, 2, { dtype }), 'nn.Conv3d(2, 3, 2)']),
  double('ConvTranspose1d', [() => new nn.ConvTranspose1d(2, 3, 2, { dtype }), 'nn.ConvTranspose1d(2, 3, 2)']),
  double('ConvTranspose2d', [() => new nn.ConvTranspose2d(2, 3, 2, { dtype }), 'nn.ConvTranspose2d(2, 3, 2)']),
  double('ConvTranspose3d', [() => new nn.ConvTranspose3d(2, 3, 2, { dtype }), 'nn.ConvTranspose3d(2, 3, 2)']),
  double('RNN', [() => new nn.RNN(2, 3, { dtype }), 'nn.RNN(2, 3)']),
  double('LSTM', [() => new nn.LSTM(2, 3, { dtype }), 'nn.LSTM(2, 3)']),
  double('GRU', [() => new nn.GRU(2, 3, { dtype }), 'nn.GRU(2, 3)']),
  double('RNNCell', [() => new nn.RNNCell(2, 3, { dtype }), 'nn.RNNCell(2, 3)']),
  double('LSTMCell', [() => new nn.LSTMCell(2, 3, { dtype }), 'nn.LSTMCell(2, 3)']),
  double('GRUCell', [() => new nn.GRUCell(2, 3, { dtype }), 'nn.GRUCell(2, 3)']),
  double('Embedding', [() => new nn.Embedding(5, 4, { dtype }), 'nn.Embedding(5, 4)']),
  double('EmbeddingBag', [() => new nn.EmbeddingBag(5, 4, { dtype }), 'nn.EmbeddingBag(5, 4)']),
  double('AdaptiveLogSoftmaxWithLoss', [
    () => new nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7], { dtype }),
    'nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7])',
  ]),
  double('DropConnect', [() => new nn.DropConnect(3, 2, { dtype }), 'nn.Linear(3, 2)']),
  double('MixedPool2d', [() => new nn.MixedPool2d(2, { dtype }), 'MixedPool2d(2)']),
  double('GatedPool2d', [() => new nn.GatedPool2d(2, { dtype }), 'GatedPool2d(2)']),
  double('AttentionPool', [() => new nn.AttentionPool(3, { dtype }), 'AttentionPool(3)']),
  double(
    'MultiheadAttention',
    [() => new nn.MultiheadAttention(4, 2, { dtype }), 'nn.MultiheadAttention(4, 2)'],
    [
      () => new nn.MultiheadAttention(4, 2, { dtype, kdim: 3, addBiasKv: true }),
      'nn.MultiheadAttention(4, 2, kdim=3, add_bias_kv=True)',
    ],
  ),
  double('TransformerEncoderLayer', [
    () => new nn.TransformerEncoderLayer(4, 2, { ...small, dtype }),
    'nn.TransformerEncoderLayer(4, 2, 5)',
  ]),
  double('TransformerDecoderLayer', [
    () => new nn.TransformerDecoderLayer(4, 2, { ...small, dtype }),
    'nn.TransformerDecoderLayer(4, 2, 5)',
  ]),
  double('Transformer', [
    () => new nn.Transformer({ ...small, dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dtype }),
    'nn.Transformer(4, 2, 1, 1, 5)',
  ]),
  doubleNorm('LayerNorm', [2, 3], () => new nn.LayerNorm(3, { dtype }), 'nn.LayerNorm(3)'),
  doubleNorm('RMSNorm', [2, 3], () => new nn.RMSNorm(3, { dtype }), 'RMSNorm(3)'),
  doubleNorm('GroupNorm', [2, 4], () => new nn.GroupNorm(2, 4, { dtype }), 'nn.GroupNorm(2, 4)'),
  doubleNorm('BatchNorm1d', [3, 2], () => new nn.BatchNorm1d(2, { dtype }), 'nn.BatchNorm1d(2)'),
  doubleNorm('BatchNorm2d', [2, 2, 1, 2], () => new nn.BatchNorm2d(2, { dtype }), 'nn.BatchNorm2d(2)'),
  doubleNorm('BatchNorm3d', [2, 2, 1, 2, 1], () => new nn.BatchNorm3d(2, { dtype }), 'nn.BatchNorm3d(2)'),
  ...([1, 2, 3] as const).flatMap((n) => {
    const shape = [2, 2, ...[1, 1, 3].slice(3 - n)];
    const options = { affine: true, trackRunningStats: true, dtype };
    const tracked = 'affine=True, track_running_stats=True';
    return [
      doubleNorm(
        `InstanceNorm${n}d`,
        shape,
        () => new nn[`InstanceNorm${n}d`](2, options),
        `nn.InstanceNorm${n}d(2, ${tracked})`,
      ),
      ...[
        doubleNorm(
          `LazyInstanceNorm${n}d`,
          shape,
          () => new nn[`LazyInstanceNorm${n}d`](options),
          `nn.LazyInstanceNorm${n}d(${tracked})`,
        ),
        doubleNorm(
          `LazyBatchNorm${n}d`,
          shape,
          () => new nn[`LazyBatchNorm${n}d`]({ dtype }),
          `nn.LazyBatchNorm${n}d()`,
        ),
      ].map((lazy) => ({ ...lazy, settles: true })),
    ];
  }),
  doubleLazy('LazyConv1d', [1, 2, 5], () => new nn.LazyConv1d(2, 3, { dtype })),
  doubleLazy('LazyConvTranspose1d', [1, 2, 5], () => new nn.LazyConvTranspose1d(2, 3, { dtype })),
  doubleLazy('LazyConv2d', [1, 2, 4, 4], () => new nn.LazyConv2d(2, 3, { dtype })),
  doubleLazy('LazyConvTranspose2d', [1, 2, 4, 4], () => new nn.LazyConvTranspose2d(2, 3, { dtype })),
  doubleLazy('LazyConv3d', [1, 2, 3, 3, 3], () => new nn.LazyConv3d(2, 3, { dtype })),
  doubleLazy('LazyConvTranspose3d', [1, 2, 3, 3, 3], () => new nn.LazyConvTranspose3d(2, 3, { dtype })),
];
