import type { ToolCallParserOptions } from '../toolcall/types';
import {
  conservationProblem,
  parseChunks,
  previewProblem,
  randomChunks,
  seededRandom,
  serialised,
} from './parse-fuzz';

/** A message and how it is parsed. */
export interface ChunkingCase {
  id: string;
  input: string;
  options: ToolCallParserOptions;
}

/** What cutting messages differently has shown. */
export interface ChunkingReport {
  cases: number;
  /** Random chunkings of each, beside one character a chunk. */
  chunkings: number;
  /** Cases that gave other events than in one chunk, or lost something. */
  failures: string[];
  milliseconds: number;
}

/** Largest chunks, in UTF-16 units, that the random chunkings take by turns: small ones cut markers and surrogate pairs. */
const largest = [2, 3, 7, 13, 64];

/** Parses each message in one chunk, by single UTF-16 units, and in random chunks: the events must be the same. */
export function checkChunkings(cases: readonly ChunkingCase[], chunkings: number, seed = 1): ChunkingReport {
  const failures: string[] = [];
  const started = performance.now();
  for (const { id, input, options } of cases) {
    const whole = parseChunks([input], options);
    const wanted = serialised(whole);
    const problem = conservationProblem(input, whole) ?? previewProblem(whole);
    if (problem !== undefined) failures.push(`${id}: ${problem}`);
    const random = seededRandom(seed);
    for (let count = -1; count < chunkings; count++) {
      const chunks =
        count < 0 ? input.split('') : randomChunks(input, random, largest[count % largest.length]);
      if (serialised(parseChunks(chunks, options)) === wanted) continue;
      failures.push(`${id}: differs in chunking ${String(count)}: ${JSON.stringify(chunks)}`);
      break;
    }
  }
  return { cases: cases.length, chunkings, failures, milliseconds: performance.now() - started };
}
