import { isAbort } from '../base/errors';
import type { SyntaxService } from '../syntax/syntax-service';
import type { Run } from './ports';

/** Tokens that the map may take of each prompt. */
const budget = 250;
/** Fewer files are told by one listing. */
const fewFiles = 8;
/** How long a task waits for an index that is being made. Milliseconds. */
const waitMs = 2000;
const lookEveryMs = 50;

/** The map that was shown last of each workspace. */
const shown = new WeakMap<SyntaxService, string>();

/**
 * The workspace's most used definitions by file, which a conversation with tools opens with; undefined for a small workspace and
 * without an index. It stays the same text for as long as every line of it is still true and among the twice as many
 * that matter most, since the whole conversation stands behind it.
 */
export async function workspaceMap(run: Run, paths: readonly string[]): Promise<string | undefined> {
  const { syntax } = run.ports;
  if (paths.length < fewFiles || !(await isReady(run))) return undefined;
  const before = shown.get(syntax);
  if (before !== undefined && (await isStillTrue(before, run))) return before;
  const map = await mapOf(run, budget);
  if (map === '') return undefined;
  shown.set(syntax, map);
  return map;
}

async function isStillTrue(map: string, run: Run): Promise<boolean> {
  const larger = new Set((await mapOf(run, 2 * budget)).split('\n'));
  return map.split('\n').every((line) => larger.has(line));
}

async function mapOf({ ports, signal }: Run, tokens: number): Promise<string> {
  try {
    const without = [...(ports.choices?.dropped() ?? [])];
    return await ports.syntax.request('repositoryMap', { budget: tokens, near: [], without }, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    return '';
  }
}

async function isReady({ ports, signal }: Run): Promise<boolean> {
  const { clock, syntax } = ports;
  try {
    for (const end = clock.now() + waitMs; ;) {
      const status = await syntax.request('indexStatus', null, signal);
      if (status?.state !== 'indexing') return status !== null;
      if (clock.now() > end) return false;
      await clock.sleep(lookEveryMs, signal);
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    return false;
  }
}
