import { Scope } from '../../src/runtime/scope.js';
import { autograd, manualSeed, nn, tensor, type Tensor } from '../../src/index.js';
import { row, type Case, type ErrorCase, type Input, type Outcome, type Row } from '../ops/table.js';
import { weightsOf } from './evaluate.js';

/** One configuration of a layer. */
export interface LayerCase<Name extends string = string> {
  make(): nn.Module;
  /** The same in Python: `nn.Linear(4, 3)`. */
  readonly torch: string;
  readonly in: { readonly [N in Name]?: Input };
  /** Default: `forward` of the inputs in their order. */
  call?(module: nn.Module, inputs: { readonly [N in Name]: Tensor }): Outcome;
  /** The same in Python, of `m`. Default: `m(x, …)`. */
  readonly torchCall?: string;
  /** Calls the layer once more in eval mode. */
  readonly eval?: boolean;
  readonly tolerance?: Case['tolerance'];
  readonly double?: Case['double'];
  readonly gradcheck?: Case['gradcheck'];
  /** False where the outputs depend on the inputs' memory layout. */
  readonly layouts?: false;
}

/** A text as a tensor of its characters, so that it can be compared as a result. */
function text(characters: string): Tensor {
  return tensor(
    Uint8Array.from(characters, (character) => character.charCodeAt(0)),
    { dtype: 'uint8' },
  );
}

function listOf(outcome: Outcome): Tensor[] {
  return (Array.isArray(outcome) ? outcome.flat(Infinity) : [outcome]) as Tensor[];
}

function caseOf<Name extends string>(spec: LayerCase<Name>): Case<Name> {
  const names = Object.keys(spec.in) as Name[];
  const call =
    spec.call ??
    ((module, inputs) => (module.forward as (...xs: Tensor[]) => Outcome)(...names.map((name) => inputs[name])));
  const torchCall = spec.torchCall ?? `m(${names.join(', ')})`;
  return {
    in: spec.in,
    seed: 0,
    module: spec.torch,
    torch: `layer(m, ${torchCall}${spec.eval ? `, lambda: ${torchCall}` : ''})`,
    ...(spec.tolerance ? { tolerance: spec.tolerance } : {}),
    ...(spec.double === false ? { double: false } : {}),
    ...(spec.gradcheck === undefined ? {} : { gradcheck: spec.gradcheck }),
    ...(spec.layouts === false ? { layouts: false } : {}),
    layer: { make: () => spec.make(), call },
    run(inputs) {
      const module = spec.make();
      if (names.some((name) => inputs[name].dtype === 'float64')) module.double();
      // What a module keeps outlives scopes; here the test's scope takes it, so that nothing is left over.
      for (const kept of [...module.parameters(), ...module.buffers()]) kept.moveTo(Scope.current);
      const outputs = listOf(call(module, inputs));
      const ends = outputs.filter((y) => y.requiresGrad);
      const parameters = module.parameters().filter((parameter) => parameter.requiresGrad);
      const gradOutputs = ends.map((y) => weightsOf(y, outputs.indexOf(y), false));
      const options = { gradOutputs, retainGraph: true, allowUnused: true };
      const found: readonly (Tensor | null)[] =
        ends.length > 0 && parameters.length > 0 ? autograd.grad(ends, parameters, options) : [];
      const grads = found.map((dp, i) => dp ?? parameters[i]!.detach().mul(0));
      const state = module.stateDict();
      const before = Object.values(state).map((x) => x.detach().clone());
      const after = spec.eval ? listOf(call(module.eval(), inputs)) : [];
      return [...outputs, ...grads, ...before, text(Object.keys(state).join('\n')), text(module.toString()), ...after];
    },
  };
}

/** Puts a tensor in the place of a parameter, found by its path in the module tree. */
function replace(module: nn.Module, path: string, value: Tensor): void {
  const names = path.split('.');
  const last = names.pop()!;
  const owner = names.reduce<object>((part, name) => Reflect.get(part, name) as object, module);
  Object.defineProperty(owner, last, { configurable: true, enumerable: true, writable: true, value });
}

/**
 * A layer as a function of its inputs and its parameters (all in one vector), for gradcheck, and its parameters. It is made anew at each call, so that
 * nothing that a call leaves behind meets the next one.
 */
export function functionOf({ make, call }: NonNullable<Case['layer']>): {
  fn(inputs: Readonly<Record<string, Tensor>>, parameters: Tensor): Tensor[];
  parameters(): Tensor | null;
} {
  const ready = (): nn.Module => {
    manualSeed(0);
    const module = make().double();
    for (const kept of [...module.parameters(), ...module.buffers()]) kept.moveTo(Scope.current);
    return module;
  };
  const learned = (module: nn.Module): [string, nn.Parameter][] =>
    module.namedParameters().filter(([, parameter]) => parameter.requiresGrad);
  return {
    fn(inputs, parameters) {
      const module = ready();
      let at = 0;
      for (const [path, { shape, numel }] of learned(module)) {
        replace(module, path, parameters.narrow(0, at, numel).view(shape));
        at += numel;
      }
      return listOf(call(module, inputs)).filter((y) => y.requiresGrad);
    },
    parameters() {
      const list = learned(ready()).map(([, parameter]) => parameter.detach());
      return list.length > 0 ? nn.utils.parametersToVector(list).requiresGrad_() : null;
    },
  };
}

/** What a layer starts with after `manualSeed(seed)`: its parameters and buffers. */
function initialCase<Name extends string>(spec: LayerCase<Name>, seed: number): Case<Name> {
  return {
    seed,
    module: spec.torch,
    torch: 'list(m.state_dict().values())',
    run() {
      const module = spec.make();
      for (const kept of [...module.parameters(), ...module.buffers()]) kept.moveTo(Scope.current);
      return Object.values(module.stateDict());
    },
  };
}

/**
 * A row of the table for a layer. After `manualSeed(0)` each case compares with PyTorch: outputs, gradients of inputs and
 * parameters, the parameters themselves (and so the random stream of their initialisation), buffers after the forward
 * pass, the names in `stateDict()`, what `toString()` prints, and with `eval` the outputs in eval mode; in float32, and in
 * float64 after `double()`. Gradcheck looks at inputs and parameters.
 * The parameters that the first case starts with are compared for two more seeds.
 */
export function layer<Name extends string>(
  name: string,
  spec: { readonly cases: readonly LayerCase<Name>[]; readonly errors?: readonly ErrorCase[] },
): Row {
  const [first] = spec.cases;
  const initial = first ? [1, 2].map((seed) => initialCase(first, seed)) : [];
  return row(name, { cases: [...spec.cases.map(caseOf), ...initial], errors: spec.errors ?? [] });
}
