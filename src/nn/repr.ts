/** A value of an option as Python prints it: `True`, `None`, `(3, 3)`. */
export function pythonRepr(value: number | boolean | string | null | readonly (number | null)[]): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  return `(${value.map((n) => n ?? 'None').join(', ')}${value.length === 1 ? ',' : ''})`;
}
