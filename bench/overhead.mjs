// What an eager operation costs beside its arithmetic. Usage: node bench/overhead.mjs [threads]
import { pathToFileURL } from 'node:url';
import { F, info, init, manualSeed, nn, noGrad, optim, scope, shutdown, tensor } from 'wasmgrad';
import { measure, median } from './measure.mjs';
import { numbers } from './inputs.mjs';

const CALLS = 1000;
const OPS = 100;

/** (func (export "f") (param i32 i32 i32) (result i32) local.get 0) */
const EMPTY = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 127, 127, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0,
  32, 0, 11,
]);

function emptyCall() {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(EMPTY)).exports;
  return () => {
    let sum = 0;
    for (let i = 0; i < CALLS; i++) sum += f(i, 0, 0);
    return sum;
  };
}

class Adder extends nn.Module {
  a = new nn.Linear(2, 4);
  b = new nn.Linear(4, 4);
  c = new nn.Linear(4, 1);

  forward(x) {
    return this.c.forward(this.b.forward(this.a.forward(x)));
  }
}

/** A step of examples/adder. */
function adderStep() {
  manualSeed(42);
  const adder = new Adder();
  const optimizer = new optim.Adam(adder.parameters(), { lr: 0.0002 });
  const pair = tensor([30, 70]).keep();
  const sum = tensor([100]).keep();
  return () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = F.mseLoss(adder.forward(pair), sum);
      loss.backward();
      optimizer.step();
    });
}

/**
 * What is timed, by name: `run` does `count` of it. The three operations of a chain are a product, a sum and a relu of 16 elements.
 */
export function overheadRows() {
  const given = (seed) => tensor(numbers(16, seed)).keep();
  const x = given(1);
  const w = given(2);
  const b = given(3);
  w.requiresGrad = true;
  b.requiresGrad = true;
  const dy = given(4);
  const chain = () => x.mul(w).add(b).relu();
  const times = (fn) => () =>
    scope(() => {
      for (let i = 0; i < OPS; i++) fn();
    });
  const differentiated = () => {
    chain().backward(dy);
    w.grad = null;
    b.grad = null;
  };
  return {
    'empty call into Wasm': { run: emptyCall(), count: CALLS },
    'operation, not recorded': { run: () => noGrad(times(chain)), count: 3 * OPS },
    'operation, recorded': { run: times(chain), count: 3 * OPS },
    'operation, recorded and differentiated': { run: times(differentiated), count: 3 * OPS },
    'adder step': { run: adderStep(), count: 1 },
  };
}

async function main() {
  await init({ threads: Number(process.argv[2] ?? 1) });
  const rows = overheadRows();
  const names = Object.keys(rows);
  const samples = await measure(Object.fromEntries(names.map((name) => [name, { run: rows[name].run }])), 40);
  const micro = (name, of) => ((of(samples[name]) * 1000) / rows[name].count).toFixed(3).padStart(9);
  console.log(`threads: ${info().threads}`);
  console.log(`${''.padEnd(40)} ${'median'.padStart(9)}    ${'least'.padStart(9)}`);
  for (const name of names) {
    console.log(`${name.padEnd(40)} ${micro(name, median)} µs ${micro(name, (times) => Math.min(...times))} µs`);
  }
  shutdown();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
