import { F, arange, cat, nn, optim, scope, tensor } from '../../src/index.js';
import type { DType, Tensor } from '../../src/index.js';
import { camelOptions } from './table.js';
import type { OptimizerCase, Options } from './table.js';

const SHAPES = {
  gradients: [[3], [2, 5]],
  function: [[3], [2, 5]],
  matrices: [
    [4, 3],
    [2, 5],
  ],
  embedding: [
    [7, 3],
    [7, 3],
  ],
};

/** What a case minimises. */
export type Task = keyof typeof SHAPES;

/** Optimizers and wrappers of them. */
export type AnyOptimizer = optim.Wrapped;

type Kind = new (params: Iterable<Tensor> | AnyOptimizer, options: Options) => AnyOptimizer;

function construct(name: string, on: Iterable<Tensor> | AnyOptimizer, options: Options): AnyOptimizer {
  return new (optim as unknown as Record<string, Kind>)[name]!(on, camelOptions(options));
}

/** Parameters, in groups where the case asks for them. */
function grouped({ options, second }: OptimizerCase, params: Tensor[], bare: boolean): Iterable<Tensor> {
  const each = second !== undefined || Array.isArray(options['rho']);
  if (!each) return params;
  const groups = params.map((param, i) => ({ params: [param], ...(i > 0 && !bare ? camelOptions(second ?? {}) : {}) }));
  return groups as unknown as Iterable<Tensor>;
}

/** The optimizer of a case; without its options where `bare`. */
export function make(name: string, sample: OptimizerCase, params: Tensor[], bare = false): AnyOptimizer {
  const { options, inner } = sample;
  const own = bare ? {} : options;
  const on = grouped(sample, params, bare);
  return construct(name, inner ? construct(inner[0], on, bare ? {} : inner[1]) : on, own);
}

/** As `start` in tools/reference_optim.py. */
export function start(task: Task, dtype: DType): Tensor[] {
  return SHAPES[task].map((shape) => {
    const n = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: n }, (_, i) => (((i * 3) % 7) - 3) / 2);
    return new nn.Parameter(tensor(values, { dtype }).reshape(shape));
  });
}

/** As `gradient` in tools/reference_optim.py. */
function gradient(shape: readonly number[], which: number, step: number, dtype: DType): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: n }, (_, i) => (((i * 7 + step * 13 + which * 3) % 11) - 5) / 4);
  return tensor(values, { dtype }).reshape(shape);
}

/** As `function` in tools/reference_optim.py. */
export function smooth(params: readonly Tensor[]): Tensor {
  const x = cat(params.map((p) => p.reshape([-1])));
  const i = arange(x.numel, { dtype: x.dtype });
  const bowl = x.sub(i.remainder(3).sub(1)).square().mul(i.remainder(4).add(1).div(2)).sum();
  const differences = x.slice(0, 1).sub(x.slice(0, 0, -1));
  return bowl.add(differences.square().sum().mul(0.25)).add(x.pow(4).sum().mul(0.05));
}

/** What evaluates the function and its gradients. */
export function closureOf(params: readonly Tensor[]): () => Tensor {
  return () => {
    for (const param of params) param.grad = null;
    const loss = smooth(params);
    loss.backward();
    return loss;
  };
}

/** Takes the steps `from` to `to` of a task. */
export function advance(
  optimizer: AnyOptimizer,
  params: readonly Tensor[],
  task: Task,
  from: number,
  to: number,
): void {
  const takeStep = (step: number): void => {
    if (task === 'function') {
      optimizer.step(closureOf(params));
      return;
    }
    for (const [which, param] of params.entries()) {
      if (task === 'embedding') {
        param.grad = null;
        const rows = tensor([step % 7, (step * 3) % 7, step % 7], { dtype: 'int32' });
        F.embedding(rows, param)
          .mul(gradient([3, 3], which, step, param.dtype))
          .sum()
          .backward();
      } else {
        const absent = which === 1 && step % 4 === 0;
        param.grad = absent ? null : gradient(param.shape, which, step, param.dtype);
      }
    }
    optimizer.step();
  };
  for (let step = from; step <= to; step++) scope(() => takeStep(step));
}

/** All numbers in a state, in order. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return [...(value as Tensor).toTypedArray()];
}
