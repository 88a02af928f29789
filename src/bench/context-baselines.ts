/** Other programs' ways to choose context, written from their published descriptions, for comparison. */
import type { ContextItem, SourceText } from './context-items';
import { createRepositoryMap } from './context-map-baseline';
import { type Chunk, within } from './context-scores';
import { seededRandom } from './parse-fuzz';

/** What a method chooses for an item within a budget of tokens. */
export type ContextMethod = (item: ContextItem, budget: number) => Chunk[];

/** Files that are taken as open in the editor: those nearest to the file, by folder and then by name. */
const openFiles = 8;
/** llama.vscode: lines of a chunk, and chunks in its ring. */
const ringLines = 64;
const ringChunks = 16;
/** Copilot: lines of a window. */
const windowLines = 60;

/** The methods by name, over the files of one repository. */
export function baselinesOver(files: readonly SourceText[]): Record<string, ContextMethod> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const map = createRepositoryMap(files);
  return {
    'open tabs': (item, budget) => within(openBeside(item, files).map(wholeOf), budget),
    'ring of chunks': (item, budget) => within(ringOf(item, files), budget),
    'imported, then open': (item, budget) => within(importedFirst(item, files, byPath), budget),
    'Jaccard windows': (item, budget) => within(bestWindows(item, files), budget),
    'repository map': (item, budget) => within(map(item), budget),
  };
}

function openBeside(item: ContextItem, files: readonly SourceText[]): SourceText[] {
  const own = item.path.split('/');
  const distance = (path: string): number => {
    const other = path.split('/');
    const shared = own.findIndex((part, at) => part !== other[at]);
    return own.length + other.length - 2 * Math.max(0, shared);
  };
  return files
    .filter(({ path, languageId }) => path !== item.path && languageId === item.languageId)
    .map((file) => ({ file, far: distance(file.path) }))
    .sort((a, b) => a.far - b.far || (a.file.path < b.file.path ? -1 : 1))
    .slice(0, openFiles)
    .map(({ file }) => file);
}

function wholeOf({ path, text }: SourceText): Chunk {
  return { path, text, startLine: 1, endLine: text.split('\n').length, verbatim: true };
}

function linesOf({ path, text }: SourceText, from: number, count: number): Chunk {
  const lines = text.split('\n').slice(from, from + count);
  return { path, text: lines.join('\n'), startLine: from + 1, endLine: from + lines.length, verbatim: true };
}

/** Random chunks of open files; one that is much like an earlier one is not kept; the newest go first. */
function ringOf(item: ContextItem, files: readonly SourceText[]): Chunk[] {
  const open = openBeside(item, files);
  const random = seeded(item.id);
  const ring: Chunk[] = [];
  for (let pick = 0; pick < ringChunks && open.length > 0; pick++) {
    const file = open[pick % open.length];
    if (!file) continue;
    const last = Math.max(0, file.text.split('\n').length - ringLines);
    const chunk = linesOf(file, Math.floor(random() * (last + 1)), ringLines);
    const words = wordsOf(chunk.text);
    if (!ring.some((other) => jaccard(words, wordsOf(other.text)) > 0.9)) ring.push(chunk);
  }
  return ring.reverse();
}

/** Definitions that imports of the file name and lines around the cursor use, then the heads of open files. */
function importedFirst(
  item: ContextItem,
  files: readonly SourceText[],
  byPath: ReadonlyMap<string, SourceText>,
): Chunk[] {
  const own = byPath.get(item.path);
  const lines = item.content.split('\n');
  const near = wordsOf(lines.slice(Math.max(0, item.line - 40), item.line + 20).join('\n'));
  const names = new Set(own?.facts.importStatements.flatMap((one) => one.names.map(({ name }) => name)));
  const imported = files
    .filter(({ path }) => path !== item.path)
    .flatMap((file) =>
      file.facts.symbols
        .filter(({ name, containers }) => containers.length === 0 && names.has(name) && near.has(name))
        .map(({ startLine, endLine }) => linesOf(file, startLine - 1, endLine - startLine + 1)),
    );
  return [...imported, ...openBeside(item, files).map(wholeOf)];
}

/** Of each open file the 60 lines that share most words with the 60 lines before the cursor; the best file first. */
function bestWindows(item: ContextItem, files: readonly SourceText[]): Chunk[] {
  const lines = item.content.split('\n');
  const reference = wordsOf(lines.slice(Math.max(0, item.line - 1 - windowLines), item.line - 1).join('\n'));
  return openBeside(item, files)
    .map((file) => {
      const count = file.text.split('\n').length;
      let best = { chunk: linesOf(file, 0, windowLines), score: -1 };
      for (let from = 0; from === 0 || from + windowLines <= count; from += windowLines / 4) {
        const chunk = linesOf(file, from, windowLines);
        const score = jaccard(reference, wordsOf(chunk.text));
        if (score > best.score) best = { chunk, score };
      }
      return best;
    })
    .sort((a, b) => b.score - a.score)
    .map(({ chunk }) => chunk);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** Numbers from 0 to 1 that follow from a text. */
function seeded(seed: string): () => number {
  let state = 0;
  for (const char of seed) state = (Math.imul(state, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return seededRandom(state);
}
