/** What `receiver.name` may mean where nothing but the name is known: `list.map` is no function `map` of some file. */
import type { Place } from './place';
import { definitionOf, familyOf } from './resolve-name';
import type { DefinitionRef, SymbolIndex } from './symbol-index';

const memberKinds = new Set(['method', 'constructor', 'property', 'field', 'variant', 'member']);
/** Families in which `::` stands before what a file defines outermost, and before members alike. */
const withPaths = new Set(['c', 'rust', 'php', 'ruby']);

/** True for a name behind a dot or an arrow, also where no identifier stands before it, as in `[a].b`. */
export function isMemberAt(text: string, offset: number): boolean {
  // Two dots or more are a range or a spread.
  return /(?:(?<!\.)\.|->)\s*$/.test(text.slice(Math.max(0, offset - 80), offset));
}

/** Whether a definition may be meant behind a receiver; `''` is one that is no identifier. */
export function mayOffer(receiver: string, ref: DefinitionRef, place: Place, index: SymbolIndex): boolean {
  const isPath = receiver !== '' && withPaths.has(familyOf(place.file.languageId));
  return isPath || isMember(ref, receiver, index) || isModule(receiver, place);
}

function isMember(ref: DefinitionRef, receiver: string, index: SymbolIndex): boolean {
  const definition = definitionOf(ref, index);
  if (!definition) return false;
  const { kind, containers, signature, name } = definition;
  // As in `Stack.prototype.push = function`.
  const isAssigned = signature.includes(`.${name} =`);
  return memberKinds.has(kind) || isAssigned || (receiver !== '' && containers.at(-1) === receiver);
}

/** Whether the file imports something of that name whole, such as a package. */
function isModule(name: string, { imports }: Place): boolean {
  return imports.some(
    ({ statement: { names, specifiers } }) =>
      names.some(({ local }) => local === name) ||
      specifiers.some((specifier) => specifier.split(/[./:]/).at(-1) === name),
  );
}
