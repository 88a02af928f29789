import { decodeText } from '../base/text-format';
import type { FileFacts } from '../syntax/file-facts';
import { languageIdOf } from '../syntax/languages';
import type { FileRecord } from './file-record';

/** Files above this are not read. Bytes. */
export const largestFile = 1024 * 1024;

/** Data formats: their keys are worth finding, their values are no uses of anything. Larger ones are data, not settings. */
const dataLanguages = new Set(['json', 'jsonc', 'yaml']);
const largestData = 64 * 1024;

const longestName = 80;
/** Lines of a minified file are longer than this on average. UTF-16 units. */
const longestMeanLine = 250;

/** Why a file is not indexed. */
export type SkipReason = 'too-large' | 'binary' | 'minified' | 'generated' | 'data' | 'gone' | 'parser';

/** The text of a source file worth indexing, or why it is none. */
export function sourceText(path: string, bytes: Uint8Array): { text: string } | { skip: SkipReason } {
  if (bytes.length > largestFile) return { skip: 'too-large' };
  if (dataLanguages.has(languageIdOf(path)) && bytes.length > largestData) return { skip: 'data' };
  let text: string;
  try {
    ({ text } = decodeText(bytes));
  } catch {
    return { skip: 'binary' };
  }
  if (isMinified(text)) return { skip: 'minified' };
  // The marks that generators agree on: Go's, and the one of Facebook's tools.
  if (/@generated\b|\bCode generated .* DO NOT EDIT\b/.test(text.slice(0, 2000)))
    return { skip: 'generated' };
  return { text };
}

function isMinified(text: string): boolean {
  if (text.length < 5000) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return text.length / lines > longestMeanLine;
}

/** What the index keeps of a file's facts. */
export function recordOf(facts: FileFacts, languageId: string): FileRecord {
  const isData = dataLanguages.has(languageId);
  return {
    definitions: facts.symbols
      .filter(({ name, kind }) => isName(name) && kind !== 'test')
      .map((symbol) => ({ ...symbol, containers: symbol.containers.map(plain) })),
    imports: facts.importStatements.flatMap(({ specifiers, names }) =>
      specifiers.map((specifier) => ({ specifier, names })),
    ),
    names: isData ? [] : facts.references.map(({ name }) => name).filter((name) => isName(name)),
  };
}

function isName(name: string): boolean {
  return name.length > 1 && name.length <= longestName && !name.includes('\n');
}

function plain(name: string): string {
  return name.replaceAll('\n', ' ').slice(0, longestName);
}
