import { Parameter } from './parameter.js';

/** A value of an option as Python prints it: `True`, `None`, `(3, 3)`. */
export function pythonRepr(value: number | boolean | string | null | readonly (number | null)[]): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  return `(${value.map((n) => n ?? 'None').join(', ')}${value.length === 1 ? ',' : ''})`;
}

/** A number that is a float in Python as Python prints it: `1.0`, `0.01`, `1e-05`. */
export function floatRepr(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(x) ? x.toFixed(1) : String(x);
}

/** The parameters of a list or dictionary as PyTorch prints them. */
export function parameterLines(
  entries: Iterable<readonly [string, unknown]>,
  typeOf: (parameter: Parameter) => string,
): string {
  const lines: string[] = [];
  for (const [name, item] of entries) {
    if (!(item instanceof Parameter)) continue;
    lines.push(`  (${name}): Parameter containing: [${typeOf(item)} of size ${item.shape.join('x')}]`);
  }
  return lines.join('\n');
}
