/** `weightDecay` → `weight_decay`, `tMax` → `T_max`: state dicts are spelled as PyTorch's, so that they move both ways. */
export function snakeCase(name: string): string {
  const spelled = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return /^t[A-Z0-9]/.test(name) ? spelled.replace(/^t_?/, 'T_') : spelled;
}

/** `weight_decay` → `weightDecay`, `T_max` → `tMax`. A leading underscore stays. */
export function camelCase(name: string): string {
  return name.replace(/^T_/, 't_').replace(/(?<=[^_])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
