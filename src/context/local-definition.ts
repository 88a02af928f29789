import type { DefinitionRef, SymbolIndex } from './symbol-index';

const functions = new Set(['function', 'method', 'constructor']);

/** True for what is defined within a function: nothing outside can name it. */
export function isLocal(ref: DefinitionRef, index: SymbolIndex): boolean {
  const { definitions } = index.file(ref.file);
  const own = definitions[ref.index];
  if (!own || own.containers.length === 0) return false;
  // Whatever encloses it begins before it and ends behind it.
  for (let at = ref.index - 1; at >= 0; at--) {
    const outer = definitions[at];
    if (!outer || outer.endLine < own.startLine || outer.endLine < own.endLine) continue;
    if (functions.has(outer.kind)) return true;
    if (outer.containers.length === 0) return false;
  }
  return false;
}
