/**
 * Fits the weights of `src/context/rank.ts` on the training half of the corpus that `thimble bench context` has
 * fetched: logistic regression of “this candidate is the definition that the missing line names” over the evidence.
 * Run: npx tsx scripts/fit-context-weights.ts FOLDER-OF-THE-CORPUS [--held-out]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { rgPath } from '@vscode/ripgrep';
import { readSources } from '../src/bench/context-bench';
import { corpus, fetchPackage } from '../src/bench/context-corpus';
import { itemsOf } from '../src/bench/context-items';
import { candidatesAt } from '../src/context/candidates';
import type { Evidence } from '../src/context/evidence';
import { lookAround } from '../src/context/place';
import { weights } from '../src/context/rank';
import { openWorkspaceIndex } from '../src/indexer/workspace-index';
import { readFacts } from '../src/syntax/file-facts';
import { createGrammars } from '../src/syntax/grammars';

type Name = keyof Evidence;
const names = Object.keys(weights) as Name[];
const dist = path.resolve('dist');
const grammars = createGrammars((name) => readFile(path.join(dist, 'grammars', `${name}.wasm`)));

/** Evidence of all candidates of one item; `right` is the place of the wanted one, -1 when it is none of them. */
interface Example {
  split: string;
  rows: number[][];
  right: number;
}

const perSplit = 60;
const penalty = 1e-4;
const steps = 400;

async function examplesOf(folder: string): Promise<Example[]> {
  const store = mkdtempSync(path.join(os.tmpdir(), 'thimble-fit-'));
  try {
    const index = await openWorkspaceIndex(
      {
        roots: [{ prefix: '', folder }],
        storeFile: path.join(store, 'index.thx'),
        ripgrep: rgPath,
        maxFiles: 100_000,
        first: [],
        skip: [],
      },
      {
        parse: (file) => readFacts(file, grammars),
        onFile: () => undefined,
        log: console.error,
        hasRoom: () => true,
      },
    );
    while (index.status().state !== 'ready') await setTimeout(20);
    const table = index.table();
    const examples: Example[] = [];
    for (const item of itemsOf(await readSources(folder, dist), perSplit)) {
      const { path: file, languageId, content, line, definition } = item;
      const column = (content.split('\n')[line - 1] ?? '').length + 1;
      const facts = await readFacts({ languageId, text: content }, grammars);
      const source = { path: file, languageId, text: content };
      const found = candidatesAt(lookAround(source, facts, { line, column }, table), table);
      examples.push({
        split: item.split,
        rows: found.map(({ evidence }) => names.map((name) => evidence[name])),
        right: found.findIndex(
          (one) =>
            one.path === definition.path &&
            one.definition.startLine === definition.symbol.startLine &&
            one.definition.name === item.name,
        ),
      });
    }
    return examples;
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** Batch gradient descent with Adam; the first weight is the bias. */
function fit(examples: readonly Example[]): number[] {
  let w = [-6, ...names.map((name) => weights[name])];
  const m = w.map(() => 0);
  const v = w.map(() => 0);
  for (let step = 1; step <= steps; step++) {
    const gradient = w.map((value, at) => (at === 0 ? 0 : penalty * value));
    for (const { rows, right } of examples) {
      rows.forEach((row, at) => {
        const error = chance(w, row) - Number(at === right);
        gradient[0] = (gradient[0] ?? 0) + error / examples.length;
        row.forEach((value, i) => {
          gradient[i + 1] = (gradient[i + 1] ?? 0) + (error * value) / examples.length;
        });
      });
    }
    w = w.map((value, at) => {
      const g = gradient[at] ?? 0;
      const first = (m[at] = 0.9 * (m[at] ?? 0) + 0.1 * g);
      const second = (v[at] = 0.999 * (v[at] ?? 0) + 0.001 * g * g);
      const rate = step < steps / 2 ? 0.05 : 0.01;
      return value - (rate * (first / (1 - 0.9 ** step))) / (Math.sqrt(second / (1 - 0.999 ** step)) + 1e-8);
    });
  }
  return w;
}

function chance(w: readonly number[], row: readonly number[]): number {
  let odds = w[0] ?? 0;
  row.forEach((value, at) => {
    odds += value * (w[at + 1] ?? 0);
  });
  return 1 / (1 + Math.exp(-odds));
}

/** Share of items whose definition is a candidate, and among the best N by these weights. */
function report(label: string, examples: readonly Example[], w: readonly number[]): void {
  for (const split of ['imported', 'unmentioned']) {
    const own = examples.filter((example) => example.split === split);
    const within = (most: number): string => {
      const found = own.filter(({ rows, right }) => {
        const wanted = rows[right];
        if (!wanted) return false;
        const score = chance(w, wanted);
        return rows.filter((row) => chance(w, row) > score).length < most;
      });
      return (found.length / own.length).toFixed(3);
    };
    const known = own.filter(({ right }) => right >= 0).length / own.length;
    const parts = [5, 10, 20, 40].map((most) => `top ${most} ${within(most)}`);
    console.log(label, split, own.length, `candidate ${known.toFixed(3)}`, ...parts);
  }
}

async function main(): Promise<void> {
  const [folder = ''] = process.argv.slice(2);
  const halves = { training: [] as Example[], 'held-out': [] as Example[] };
  for (const source of corpus) {
    if (source.half === 'held-out' && !process.argv.includes('--held-out')) continue;
    const found = await examplesOf(await fetchPackage(source, folder));
    for (const example of found) halves[source.half].push(example);
    report(source.name, found, [-6, ...names.map((name) => weights[name])]);
  }
  const fitted = fit(halves.training);
  console.log(
    JSON.stringify(
      Object.fromEntries(['bias', ...names].map((name, at) => [name, Number(fitted[at]?.toFixed(2))])),
    ),
  );
  for (const [half, examples] of Object.entries(halves)) {
    if (examples.length === 0) continue;
    report(`${half}, as they are`, examples, [-6, ...names.map((name) => weights[name])]);
    report(`${half}, fitted`, examples, fitted);
  }
}

void main();
