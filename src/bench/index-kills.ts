/**
 * `thimble bench index --kills N`: the index is made again and again and killed at a random moment of it, in turns the
 * worker alone and a whole process (by the system, which asks nobody). The next start must answer as one that was
 * left alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { indexParams } from '../node/index-watch';
import { createSyntaxWorker } from '../node/syntax-worker';
import type { IndexingSyntax } from '../syntax/syntax-service';
import { whenReady } from './index-bench';

export interface IndexKillsOptions {
  kills: number;
  /** The workspace. */
  folder: string;
  /** Where the index lies, in its folder `index`. */
  home: string;
  /** The built bundles. */
  dist: string;
  /** A number from 0 to 1, another with each call. */
  random: () => number;
}

export interface IndexKill {
  what: 'worker' | 'process';
  /** Milliseconds from the start. */
  after: number;
  /** What the next start answered otherwise; empty when it was right. */
  wrong: string[];
}

/** Names that are asked for after each kill. */
const touched = 20;
const asked = ['read', 'Error', 'Response', 'parse', 'Options', 'get_text'];

export async function benchIndexKills(
  options: IndexKillsOptions,
  report: (kill: IndexKill) => void,
  signal: AbortSignal,
): Promise<IndexKill[]> {
  const { storeFile } = await indexParams({ folders: [options.folder], home: options.home });
  const kept = `${storeFile}.kept`;
  await mkdir(path.dirname(storeFile), { recursive: true });
  await rm(storeFile, { force: true });
  const started = performance.now();
  const right = await answers(options, signal);
  const wholeMs = performance.now() - started;
  await copyFile(storeFile, kept);
  const kills: IndexKill[] = [];
  for (let at = 0; at < options.kills; at++) {
    signal.throwIfAborted();
    const what = at % 2 === 0 ? 'worker' : 'process';
    // Every second one begins with a stored index, so that it is written over.
    if (at % 4 < 2) await rm(storeFile, { force: true });
    else {
      await copyFile(kept, storeFile);
      await touchSome(options.folder);
    }
    const after = options.random() * wholeMs * 1.1;
    await (what === 'worker' ? killWorker(options, after) : killProcess(options, after));
    const now = await answers(options, signal);
    const kill = {
      what,
      after: Math.round(after),
      wrong: asked.filter((name) => now[name] !== right[name]),
    } as const;
    kills.push(kill);
    report(kill);
  }
  await rm(kept, { force: true });
  return kills;
}

function open({ folder, home, dist }: IndexKillsOptions): IndexingSyntax {
  return createSyntaxWorker({
    workerPath: path.join(dist, 'indexer.js'),
    grammarFolder: path.join(dist, 'grammars'),
    timeoutMs: 60_000,
    index: () => indexParams({ folders: [folder], home }),
  });
}

/** Has the stored index written again, since it tells files by their time first. */
async function touchSome(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const now = new Date();
  for (const entry of entries.filter((one) => one.isFile()).slice(0, touched)) {
    await utimes(path.join(entry.parentPath, entry.name), now, now);
  }
}

/** What a start answers once it knows all files, by name. */
async function answers(options: IndexKillsOptions, signal: AbortSignal): Promise<Record<string, string>> {
  const syntax = open(options);
  try {
    await whenReady(syntax, signal);
    const found: Record<string, string> = {};
    for (const query of asked) {
      const symbols = await syntax.request('findSymbol', { query, limit: 50 }, signal);
      found[query] = JSON.stringify(symbols.map((symbol) => ({ ...symbol })));
    }
    return found;
  } finally {
    syntax.dispose();
  }
}

async function killWorker(options: IndexKillsOptions, after: number): Promise<void> {
  const syntax = open(options);
  const begun = syntax.request('indexStatus', null).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, after));
  syntax.dispose();
  await begun;
}

async function killProcess({ folder, home, dist }: IndexKillsOptions, after: number): Promise<void> {
  const child = spawn(process.execPath, [path.join(dist, 'cli.js'), 'context', '--cwd', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, THIMBLE_HOME: home },
  });
  const ended = once(child, 'exit');
  child.stdin.on('error', () => undefined);
  child.stdin.write('{"id":1,"path":"none.py","line":1,"column":1,"budget":10}\n');
  await new Promise((resolve) => setTimeout(resolve, after));
  child.kill('SIGKILL');
  await ended;
}

export function formatIndexKills(kills: readonly IndexKill[]): string {
  const of = (what: IndexKill['what']): readonly IndexKill[] => kills.filter((kill) => kill.what === what);
  const line = (what: IndexKill['what']): string =>
    `${what}: ${of(what).length} kills, ${of(what).filter(({ wrong }) => wrong.length > 0).length} wrong starts after them`;
  return [line('worker'), line('process')].join('\n');
}
