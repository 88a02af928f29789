import type { ToldDefinition } from '../protocol/indexer';
import { isOutlined } from '../syntax/enclosing';
import { type Candidate, type Evidence, noEvidence } from './evidence';
import type { Place } from './place';
import { offered } from './resolve-imports';
import {
  definitionOf,
  familyOf,
  importOf,
  resolveName,
  routeWords,
  toldRef,
  visibleFiles,
  type Resolution,
  type Visible,
} from './resolve-name';
import { isLocal } from './local-definition';
import { similarFiles, togetherReason, type Similar } from './similar-files';
import { fileTraits, isHidden, withTraits } from './traits';
import type { Definition, DefinitionRef, SymbolIndex } from './symbol-index';

export const withMembers = new Set(['class', 'interface', 'struct', 'enum', 'trait', 'type']);
/** Kinds of definitions that no code refers to by their name. */
export const notCode = new Set(['test', 'heading', 'key', 'element', 'rule', 'namespace', 'module']);
const perType = 60;
const perVisibleFile = 120;
const mostTogether = 120;

/**
 * Definitions of other files that may be worth showing at a place, with all that speaks for them. `told` is what a
 * language service says, as far as it has answered.
 */
export function candidatesAt(
  place: Place,
  index: SymbolIndex,
  told: readonly ToldDefinition[] = [],
): Candidate[] {
  const gathered = createGathering(place, index);
  const visible = visibleFiles(place, index);
  const similar = similarFiles(place, index);
  const files = fileTraits(place, index);
  gatherImported(gathered, place, index);
  gatherTold(gathered, told, place, index);
  const types = gatherNear(gathered, place, visible, index);
  gatherMembers(gathered, types, place, visible, index);
  gatherVisible(gathered, visible, index);
  gatherTogether(gathered, similar, place, index);
  return gathered.all().map((candidate) => withTraits(candidate, place, similar, files, index));
}

interface Gathering {
  /** Notes evidence for a definition, keeping the strongest of a kind; undefined for what is not worth showing. */
  note(
    ref: DefinitionRef,
    evidence: keyof Evidence,
    strength: number,
    reason: (definition: Definition) => string,
  ): Candidate | undefined;
  all(): Candidate[];
}

function createGathering(place: Place, index: SymbolIndex): Gathering {
  const candidates = new Map<number, Candidate>();
  const self = index.fileId(place.file.path);
  return {
    note: (ref, evidence, strength, reason) => {
      if (ref.file === self) return undefined;
      const key = ref.file * 65_536 + ref.index;
      let candidate = candidates.get(key);
      if (!candidate) {
        const definition = definitionOf(ref, index);
        if (!definition || notCode.has(definition.kind) || isLocal(ref, index)) return undefined;
        candidate = {
          ref,
          definition,
          path: index.pathOf(ref.file),
          evidence: { ...noEvidence },
          reasons: {},
        };
        candidates.set(key, candidate);
      }
      if (strength > candidate.evidence[evidence]) {
        candidate.evidence[evidence] = strength;
        const { definition } = candidate;
        candidate.reasons[evidence] = () => reason(definition);
      }
      return candidate;
    },
    all: () => [...candidates.values()],
  };
}

function gatherImported(gathered: Gathering, place: Place, index: SymbolIndex): void {
  for (const { statement, files } of place.imports) {
    for (const { name, local } of statement.names) {
      const evidence = place.before.has(local)
        ? 'importedUsed'
        : place.after.has(local)
          ? 'importedAhead'
          : 'importedUnused';
      const state = {
        importedUsed: 'used',
        importedAhead: 'used from the cursor on',
        importedUnused: 'not used yet',
      };
      for (const ref of offered(name, files, index).slice(0, 4)) {
        gathered.note(ref, evidence, 1, () => `imported on line ${statement.line}, ${state[evidence]}`);
      }
    }
  }
}

/** What a language service knows, it knows for sure. */
function gatherTold(
  gathered: Gathering,
  told: readonly ToldDefinition[],
  place: Place,
  index: SymbolIndex,
): void {
  for (const one of told) {
    const ref = toldRef(one, index);
    const weight = place.near.get(one.name)?.weight;
    if (!ref || weight === undefined) continue;
    gathered.note(
      ref,
      'near',
      weight,
      (definition) =>
        `defines ${qualified(definition)}, used on line ${one.line}; ${routeWords({ by: 'service' })}`,
    );
  }
}

/** A type whose members may come next, by how much speaks for it, with what brought it here. */
interface TypeInReach {
  ref: DefinitionRef;
  weight: number;
  reason: string;
}

function gatherNear(
  gathered: Gathering,
  place: Place,
  visible: Visible,
  index: SymbolIndex,
): Map<string, TypeInReach> {
  const types = new Map<string, TypeInReach>();
  const addType = (ref: DefinitionRef, weight: number, reason: string): void => {
    const key = `${ref.file} ${ref.index}`;
    if (weight > (types.get(key)?.weight ?? 0)) types.set(key, { ref, weight, reason });
  };
  const follow = (found: Resolution[], weight: number, reason: string, hops: number): void => {
    for (const { ref, confidence } of found) {
      const definition = definitionOf(ref, index);
      if (!definition) continue;
      if (withMembers.has(definition.kind)) addType(ref, weight * confidence, reason);
      // A function or field leads to the types that its declaration names, a class to the one that it extends.
      if (hops === 0) continue;
      for (const type of typeNames(definition)) {
        const target = index.file(ref.file);
        const named = typeAt(type, target, index);
        follow(named, weight * confidence * 0.5, `${definition.name}, ${reason}`, hops - 1);
      }
    }
  };
  for (const [name, { weight, line, receiver }] of place.near) {
    const found = resolveName(name, receiver, place, visible, index);
    for (const resolution of found) {
      gathered.note(
        resolution.ref,
        'near',
        weight * resolution.confidence,
        (definition) =>
          `defines ${qualified(definition)}, used on line ${line}; ${routeWords(resolution.route)}`,
      );
    }
    follow(found, weight, `used on line ${line}`, 1);
    for (const type of place.typesOf.get(name) ?? []) {
      const named = resolveName(type, undefined, place, visible, index);
      follow(named, weight * 0.9, `the type of ${name}, used on line ${line}`, 1);
    }
  }
  for (const symbol of place.enclosing) {
    for (const type of symbol.signature.match(typePattern) ?? []) {
      const named = resolveName(type, undefined, place, visible, index);
      follow(named, 0.6, `named in the declaration of ${symbol.name}`, 1);
    }
  }
  return types;
}

const typePattern = /\p{Lu}[\p{L}\p{N}_]*/gu;

function typeNames({ signature, name, containers }: Definition): string[] {
  const names = signature.match(typePattern) ?? [];
  return [...new Set(names)].filter((type) => type !== name && !containers.includes(type)).slice(0, 6);
}

/** What a type's name means in a file of the index: its own definition, an imported one, the only one there is. */
function typeAt(
  name: string,
  file: { id: number; path: string; languageId: string },
  index: SymbolIndex,
): Resolution[] {
  const id = index.nameId(name);
  if (id === undefined) return [];
  const family = familyOf(file.languageId);
  const all = index
    .definitionsNamed(id)
    .slice(0, 40)
    .filter((ref) => familyOf(index.languageOf(ref.file)) === family)
    .filter((ref) => withMembers.has(definitionOf(ref, index)?.kind ?? ''));
  const own = all.filter((ref) => ref.file === file.id);
  const chosen = own.length > 0 ? own : all;
  return chosen.slice(0, 3).map((ref) => ({
    ref,
    confidence: 1 / chosen.length,
    route: { by: 'name', others: chosen.length - 1 },
  }));
}

function gatherMembers(
  gathered: Gathering,
  types: ReadonlyMap<string, TypeInReach>,
  place: Place,
  visible: Visible,
  index: SymbolIndex,
): void {
  for (const { ref, weight, reason } of types.values()) {
    const file = index.file(ref.file);
    const owner = file.definitions[ref.index];
    if (!owner) continue;
    const members = file.definitions
      .map((definition, at) => ({ definition, at }))
      .filter(({ definition }) => definition.containers.at(-1) === owner.name)
      .slice(0, perType);
    for (const { at } of members) {
      gathered.note(
        { file: ref.file, index: at },
        'member',
        weight,
        () => `member of ${owner.name}, ${reason}`,
      );
    }
  }
  if (!place.member) return;
  const { receiver, typed } = place.member;
  const bound = importOf(receiver, place);
  const owners = new Set([receiver, ...(place.typesOf.get(receiver) ?? [])]);
  const files = new Set(bound?.files ?? []);
  for (const type of owners) {
    for (const { ref } of resolveName(type, undefined, place, visible, index)) files.add(ref.file);
  }
  for (const file of files) {
    index.file(file).definitions.forEach((definition, at) => {
      const owner = definition.containers.at(-1);
      const fits = owner === undefined ? bound !== undefined : owners.has(owner);
      if (!fits || !definition.name.startsWith(typed)) return;
      gathered.note({ file, index: at }, 'member', 2, () => `offered by ${receiver} before the cursor`);
    });
  }
}

function gatherVisible(gathered: Gathering, visible: Visible, index: SymbolIndex): void {
  for (const [file, { line }] of visible.files) {
    const { definitions, path } = index.file(file);
    const outermost = definitions
      .map((definition, at) => ({ definition, at }))
      .filter(({ definition }) => isOutlined(definition) && !isHidden(definition, path))
      .slice(0, perVisibleFile);
    // A file that offers little says more for each thing that it offers.
    const strength = 1 / (1 + Math.log2(1 + outermost.length / 4));
    for (const { at } of outermost) {
      gathered.note({ file, index: at }, 'visible', strength, () =>
        line === undefined ? 'in the same package' : `in ${path}, which is imported on line ${line}`,
      );
    }
  }
}

function gatherTogether(gathered: Gathering, similar: Similar, place: Place, index: SymbolIndex): void {
  const family = familyOf(place.file.languageId);
  const named = [...similar.together]
    .filter(([name]) => index.definitionCount(name) > 0 && index.definitionCount(name) <= 4)
    .filter(([name]) => !place.before.has(index.nameOf(name)))
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, mostTogether);
  for (const [name, share] of named) {
    const refs = index
      .definitionsNamed(name)
      .filter(({ file }) => familyOf(index.languageOf(file)) === family);
    for (const ref of refs) {
      gathered.note(ref, 'together', share / Math.sqrt(refs.length), () =>
        togetherReason(name, ref.file, similar, index),
      );
    }
  }
}

export function qualified({ containers, name }: Pick<Definition, 'containers' | 'name'>): string {
  return [...containers, name].join('.');
}
