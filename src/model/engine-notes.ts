/** What each program of this home has loaded at the moment, so that one window can tell of another. */
import * as v from 'valibot';
import { readJsonAs, writeJson } from '../base/json-store';
import type { Store } from '../base/ports';
import { SerialQueue } from '../base/queue';

const schema = v.object({
  /** Process that the engine belongs to, and that it ends with. */
  pid: v.number(),
  program: v.picklist(['editor', 'command line']),
  model: v.string(),
  /** Tokens of the chat's context; 0 without one. */
  contextTokens: v.number(),
  /** The model that was chosen for completions, whether it is loaded beside, and why. */
  second: v.optional(v.object({ name: v.string(), isLoaded: v.boolean(), why: v.string() })),
  /** Bytes right after loading. */
  residentBytes: v.number(),
});

export type EngineNote = v.InferOutput<typeof schema>;

/** None of it ever rejects: a note that cannot be kept costs nothing but the telling. */
export interface EngineNotes {
  /** Notes what this process has loaded; undefined takes the note away. */
  keep(note: Omit<EngineNote, 'pid'> | undefined): Promise<void>;
  /** What the processes that live have loaded; notes that dead ones have left are deleted. */
  list(): Promise<EngineNote[]>;
  /** The same without this process. */
  others(): Promise<EngineNote[]>;
}

/** `store` holds nothing else. */
export function createEngineNotes(
  store: Store,
  pid: number,
  isAlive: (pid: number) => boolean = isProcessAlive,
): EngineNotes {
  const changes = new SerialQueue();
  const keyOf = (owner: number): string => `${owner}.json`;
  const list = async (): Promise<EngineNote[]> => {
    const keys = await store.keys('').catch(() => []);
    const notes = await Promise.all(
      keys.map(async (key) => {
        const note = await readJsonAs(store, key, schema).catch(() => undefined);
        // One that cannot be read at the moment may be written anew just now.
        const owner = note?.pid ?? Number.parseInt(key, 10);
        if (owner > 0 && isAlive(owner)) return note ? [note] : [];
        await store.delete(key).catch(() => undefined);
        return [];
      }),
    );
    return notes.flat();
  };
  return {
    keep: (note) =>
      changes
        .run(() => (note ? writeJson(store, keyOf(pid), { ...note, pid }) : store.delete(keyOf(pid))))
        .catch(() => undefined),
    list,
    others: async () => (await list()).filter((note) => note.pid !== pid),
  };
}

/** Whether there is a process of that number, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A note in words, such as `qwen2.5-coder-1.5b with 8192 tokens of context, 2.4 GB (editor, process 12)`. */
export function engineNoteText(note: EngineNote): string {
  const { pid, program, model, contextTokens, second, residentBytes } = note;
  const context = contextTokens > 0 ? ` with ${contextTokens} tokens of context` : '';
  const size = `${(residentBytes / 1e9).toFixed(1)} GB (${program}, process ${pid})`;
  if (!second) return `${model}${context}, ${size}`;
  return second.isLoaded
    ? `${model}${context} and ${second.name} for completions, ${size}. ${second.why}`
    : `${model}${context}, ${size}; ${second.name} is not loaded beside it. ${second.why}`;
}
