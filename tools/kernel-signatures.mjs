// The signatures of kernels. Each is written once, in AssemblyScript: as an exported function, or as an exported template with `@dtypes f32 f64`
// in its comment, which makes a kernel for each of these types.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const assembly = join(dirname(dirname(fileURLToPath(import.meta.url))), 'assembly');

/** A list of words behind the arguments: `meta`, or `table`, which holds pointers (assembly/table.ts). */
export const isList = (p) => p.name === 'meta' || p.name === 'table';

/** Pointers come before all other parameters: a captured step finds them in the first words of a job's arguments. */
function checkOrder(name, parameters) {
  const isPointer = parameters.map((p) => p.type === 'usize' && !isList(p));
  if (isPointer.lastIndexOf(true) < isPointer.filter(Boolean).length) return;
  throw new Error(`${name}: pointers come before other parameters`);
}

/** An exported function whose last parameters are `begin, end`, given as [name, type] each. `call` is what a trampoline calls. */
function kernelOf(name, call, given) {
  const names = given.map(([p]) => p);
  if (names.at(-1) !== 'end' || names.at(-2) !== 'begin') throw new Error(`${name}: a kernel ends in begin, end`);
  const parameters = given.slice(0, -2).map(([p, type]) => ({ name: p, type }));
  checkOrder(name, parameters);
  return { name, call, parameters };
}

/** An exported function with the comment before it. */
const exported = (generics) =>
  new RegExp(String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export function (\w+)${generics}\(([^)]*)\)`, 'g');

/** The parameters of a signature, as [name, type]. */
const readParameters = (text) => text.split(',').filter((p) => p.trim()).map((p) => p.split(':').map((part) => part.trim())); // prettier-ignore

/** Kernels of a .d.ts, where comments tell the types. */
export function readKernels(dts) {
  return [...dts.matchAll(exported(''))].map(([, comment, name, parameters]) => {
    const types = new Map([...comment.matchAll(/@param (\w+) `(\w+)`/g)].map(([, p, type]) => [p, type]));
    return kernelOf(
      name,
      name,
      readParameters(parameters).map(([p]) => [p, types.get(p)]),
    );
  });
}

/** The endings of names by dtype: float32, float64, int32, uint8. */
export const dtypes = ['', 'F64', 'I32', 'U8'];
const endings = { f32: '', f64: 'F64', i32: 'I32', u8: 'U8' };

/** The texts of all sources that are not generated. */
export function sources() {
  const files = readdirSync(assembly, { recursive: true });
  return files
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .sort()
    .map((name) => readFileSync(join(assembly, name), 'utf8'));
}

/** Kernels from templates: `@dtypes` names the types for which there is one. */
export function readTemplates() {
  const kernels = [];
  for (const [, comment, stem, parameters] of sources().flatMap((text) => [...text.matchAll(exported('<T>'))])) {
    const types =
      comment
        .match(/@dtypes ([\w ]+)/)?.[1]
        .trim()
        .split(' ') ?? [];
    for (const T of types) {
      if (!(T in endings)) throw new Error(`${stem}: @dtypes names ${T}, which no tensor has`);
      const own = readParameters(parameters).map(([p, type]) => [p, type === 'T' ? T : type]);
      kernels.push({ ...kernelOf(stem + endings[T], `${stem}<${T}>`, own), stem, T });
    }
  }
  return kernels;
}
