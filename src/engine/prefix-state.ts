/**
 * KV state of the beginnings that many prompts share (a system prompt with its tools), kept on disk so that a process
 * that starts need not read them. A state is only ever taken for the very tokens, model file, library and settings that
 * it was made with; whatever is wrong with one costs the time that it would have saved, and nothing else.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';

export interface PrefixStates {
  /** Puts the state of these tokens into the sequence in place of what is there; false where none is kept. */
  load(sequence: LlamaContextSequence, tokens: readonly Token[]): Promise<boolean>;
  /** Keeps the sequence's state, which is that of exactly these tokens. Never rejects. */
  save(sequence: LlamaContextSequence, tokens: readonly Token[]): Promise<void>;
  /** Whether a prefix of that length is worth a file. */
  isWorthwhile(length: number): boolean;
}

/** Shorter ones are read faster than a file is found. */
const leastTokens = 96;
const mostFiles = 12;
const mostBytes = 400e6;
/** No save takes so long. */
const staleMs = 600_000;

/** `identity` names model, library and settings; states of another one are never loaded. */
export function createPrefixStates(folder: string, identity: string): PrefixStates {
  const fileOf = (tokens: readonly Token[]): string => {
    const hash = createHash('sha256').update(identity).update(Uint32Array.from(tokens));
    return path.join(folder, `${hash.digest('hex').slice(0, 32)}.kv`);
  };
  return {
    isWorthwhile: (length) => length >= leastTokens,
    load: async (sequence, tokens) => {
      const file = fileOf(tokens);
      const mark = `${file}.loading`;
      try {
        if (!(await exists(file))) return false;
        // A mark that is there already is of a process that died while it loaded this very state.
        if (await exists(mark)) throw new Error('it ended a process');
        await writeFile(mark, '');
        if (!(await isWhole(file))) throw new Error('it is damaged');
        await sequence.loadStateFromFile(file, { acceptRisk: true });
        await rm(mark, { force: true });
        if (!isSame(sequence.contextTokens, tokens)) throw new Error('it is of other tokens');
        // The oldest go first, counted from their last use.
        const now = new Date();
        await utimes(file, now, now);
        return true;
      } catch {
        for (const name of [file, sumOf(file), mark]) await rm(name, { force: true }).catch(() => undefined);
        await sequence.clearHistory();
        return false;
      }
    },
    save: async (sequence, tokens) => {
      const file = fileOf(tokens);
      const draft = `${file}.${process.pid}.tmp`;
      try {
        if (await exists(file)) return;
        await mkdir(folder, { recursive: true });
        await sequence.saveStateToFile(draft);
        await writeFile(sumOf(file), await sha256(draft));
        await rename(draft, file);
        await removeOldest(folder);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}

function sumOf(file: string): string {
  return `${file}.sha256`;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function isWhole(file: string): Promise<boolean> {
  return (await readFile(sumOf(file), 'utf8')) === (await sha256(file));
}

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

function isSame(a: readonly Token[], b: readonly Token[]): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}

/** Keeps the newest states within the bounds, and nothing that an interrupted save has left. */
async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((other) => other.endsWith('.tmp'))) {
    const { mtimeMs } = await stat(path.join(folder, name));
    if (Date.now() - mtimeMs > staleMs) await rm(path.join(folder, name), { force: true });
  }
  const states = await Promise.all(
    names
      .filter((name) => name.endsWith('.kv'))
      .map(async (name) => {
        const file = path.join(folder, name);
        const { size, mtimeMs } = await stat(file);
        return { file, size, mtimeMs };
      }),
  );
  let bytes = 0;
  const sorted = states.sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const [index, { file, size }] of sorted.entries()) {
    bytes += size;
    if (index < mostFiles && bytes <= mostBytes) continue;
    for (const name of [file, sumOf(file)]) await rm(name, { force: true });
  }
}
