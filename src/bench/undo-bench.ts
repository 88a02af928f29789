/**
 * Random tasks with edits and commands on files of every encoding, each taken back and compared byte for byte. The
 * model is scripted: what is tried out are the tools, the checkpoints and the writing of files.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runAgent } from '../agent/run-agent';
import type { Store } from '../base/ports';
import { encodeText } from '../base/text-format';
import { systemClock } from '../node/clock';
import { createCommandRunner } from '../node/command-runner';
import { createFileStore } from '../node/file-store';
import { createNodeWorkspace } from '../node/workspace';
import { createCheckpoints } from '../session/checkpoints';
import type { SyntaxService } from '../syntax/syntax-service';
import { scriptedModel } from './scripted-model';

export interface UndoReport {
  tasks: number;
  /** Tasks in which at least one byte was changed before it was taken back. */
  changed: number;
  /** Calls that were carried out, and those that failed or were refused. */
  calls: number;
  refused: number;
  /** Files that were not as before, by task. */
  failures: { task: number; files: string[]; calls: string[] }[];
  seconds: number;
}

/** Tries `count` tasks out; the same seed gives the same tasks. With `stopAt` each task is stopped at a random moment. */
export async function benchUndo(options: {
  count: number;
  seed: number;
  syntax: SyntaxService;
  stop?: boolean;
  /** Where checkpoints lie; by default on the disk. */
  store?: Store;
}): Promise<UndoReport> {
  const random = randomFrom(options.seed);
  const started = performance.now();
  const report: UndoReport = { tasks: 0, changed: 0, calls: 0, refused: 0, failures: [], seconds: 0 };
  const base = await mkdtemp(path.join(os.tmpdir(), 'thimble-undo-'));
  try {
    const folder = path.join(base, 'work');
    const store = options.store ?? createFileStore(path.join(base, 'store'));
    for (let task = 0; task < options.count; task++) {
      // New files now and then; in between, each task begins where undoing the last one has led.
      if (task % 10 === 0) await fillFolder(folder, random);
      await tryTask(task, folder, store, random, options, report);
    }
  } finally {
    await rm(base, { recursive: true, force: true });
  }
  report.seconds = (performance.now() - started) / 1000;
  return report;
}

export function formatUndoReport(report: UndoReport): string {
  const { tasks, changed, calls, refused, failures, seconds } = report;
  const lines = [
    `${tasks} tasks, ${changed} of them changed files; ${calls} calls, ${refused} refused; ${seconds.toFixed(1)} s`,
    `${failures.length} tasks whose files were not as before`,
    ...failures.map(
      ({ task, files, calls: made }) => `  task ${task}: ${files.join(', ')}\n    ${made.join('\n    ')}`,
    ),
  ];
  return lines.join('\n');
}

async function tryTask(
  task: number,
  folder: string,
  store: Store,
  random: Random,
  { syntax, stop }: { syntax: SyntaxService; stop?: boolean },
  report: UndoReport,
): Promise<void> {
  const before = await contentsOf(folder);
  const names = [...before.keys()];
  const calls = Array.from({ length: 1 + random.below(4) }, () => randomCall(names, random));
  const workspace = createNodeWorkspace({ folders: [folder], trusted: true });
  const checkpoints = createCheckpoints(store, workspace);
  const controller = new AbortController();
  const runId = `run-${task}`;
  // Each event is a moment at which a task may be stopped.
  let eventsLeft = stop ? random.below(6 * calls.length + 4) : Infinity;
  await runAgent(
    {
      text: 'Update what is written in here',
      attachments: [],
      history: [],
      seed: 1,
      maxSteps: 40,
      timeLimitMs: 120_000,
      commandTimeoutMs: 30_000,
      platform: process.platform,
    },
    {
      model: scriptedModel([...calls, 'Done.']),
      workspace,
      commands: createCommandRunner({ folders: [folder], trusted: true }),
      syntax,
      clock: systemClock,
      checkpoints,
      approve: () => Promise.resolve({ answer: 'once' }),
    },
    (event) => {
      if (event.type === 'step' && event.step.state === 'done') report.calls++;
      if (event.type === 'step' && event.step.state === 'failed') report.refused++;
      if (eventsLeft-- <= 0) controller.abort();
    },
    controller.signal,
    { runId },
  );
  report.tasks++;
  if (differing(before, await contentsOf(folder)).length > 0) {
    report.changed++;
    await checkpoints.restore(runId).catch(() => undefined);
  }
  const files = differing(before, await contentsOf(folder));
  if (files.length > 0) {
    report.failures.push({ task, files, calls });
    await fillFolder(folder, random);
  }
}

const texts = {
  plain: ['alpha', 'beta = 1', '', '  gamma(beta)', 'delta', 'beta = 1', 'end'],
  latin: ['größe = 1', 'naïve', 'café', 'fin'],
  wide: ['日本語', 'größe', '🙂 = 1', 'end'],
};

/** Files of every encoding and line end, with and without mark and final line end, in folders and with odd names. */
async function fillFolder(folder: string, random: Random): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'sub', 'deep'), { recursive: true });
  await writeFile(path.join(folder, '.gitignore'), 'ignored/\n');
  const encodings = [
    ['utf-8', false, texts.wide],
    ['utf-8', true, texts.wide],
    ['utf-16le', true, texts.wide],
    ['utf-16be', true, texts.wide],
    ['latin1', false, texts.latin],
    ['utf-8', false, texts.plain],
  ] as const;
  let serial = 0;
  for (const [encoding, bom, lines] of encodings) {
    for (const eol of ['\n', '\r\n']) {
      const final = random.below(2) === 0 ? eol : '';
      const mixed = random.below(4) === 0 ? '\nmixed\r\n' : '';
      const text = `${Array.from({ length: 1 + random.below(3) }, () => lines.join(eol)).join(eol)}${mixed}${final}`;
      const place = ['', 'sub/', 'sub/deep/', 'sub/with space '][serial % 4] ?? '';
      await writeFile(path.join(folder, `${place}f${serial++}.txt`), encodeText(text, { encoding, bom }));
    }
  }
  await writeFile(path.join(folder, 'sub/empty.txt'), '');
  await writeFile(
    path.join(folder, 'sub/data.bin'),
    Uint8Array.from({ length: 300 }, () => random.below(256)),
  );
  await writeFile(path.join(folder, 'tool.py'), 'def one():\n    return 1\n\n\ndef two():\n    return 2\n');
}

/** A call as a model writes it: sound ones, and some that are to be refused. */
function randomCall(names: readonly string[], random: Random): string {
  const file = random.of(names);
  const other = random.of(names);
  const text = random.of([...texts.plain, ...texts.latin, ...texts.wide, 'x\ny', 'a\r\nb']);
  const old = random.of([...texts.plain, ...texts.latin, ...texts.wide]);
  const edit = (args: Record<string, string>): string => written('edit_file', args);
  const run = (command: string): string => written('run_command', { command });
  const quoted = (name: string): string => `"${name}"`;
  switch (random.below(process.platform === 'win32' ? 5 : 14)) {
    case 0:
      return edit({ path: file, new_text: `${text}\n${random.below(100)}\n` });
    case 1:
    case 2:
      return edit({ path: file, old_text: old, new_text: text });
    case 3:
      return edit({ path: `new/n${random.below(20)}.txt`, new_text: `${text}\n` });
    case 4:
      return edit({
        path: 'tool.py',
        symbol: 'one',
        new_text: `def one():\n    return ${random.below(99)}\n`,
      });
    case 5:
      return run(`printf '%s' ${random.below(1000)} >> ${quoted(file)}`);
    case 6:
      return run(`rm ${quoted(file)}`);
    case 7:
      return run(`mv ${quoted(file)} ${quoted(`moved-${random.below(9)}.txt`)}`);
    case 8:
      return run(`cp ${quoted(file)} ${quoted(other)}`);
    case 9:
      return run(`rm -r sub`);
    case 10:
      return run(
        `mkdir -p made && printf 'x\\r\\n' > made/m${random.below(9)}.txt && exit ${random.below(2)}`,
      );
    case 11:
      // The same length and time: only a change of state tells.
      return run(
        `tr a-y b-z < ${quoted(file)} > t.tmp; touch -r ${quoted(file)} t.tmp; cat t.tmp > ${quoted(file)}; touch -r t.tmp ${quoted(file)}; rm t.tmp`,
      );
    case 12:
      return run(
        `mv ${quoted(file)} t.tmp && mv ${quoted(other)} ${quoted(file)} && mv t.tmp ${quoted(other)}`,
      );
    default:
      return run(`chmod +x ${quoted(file)} && truncate -s 5 ${quoted(file)}`);
  }
}

function written(name: string, args: Record<string, string>): string {
  const parameters = Object.entries(args).map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>`);
  return `<function=${name}>${parameters.join('')}</function>`;
}

/** Hashes of all files by path. */
async function contentsOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const contents = new Map<string, string>();
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    contents.set(path.relative(folder, file).split(path.sep).join('/'), hash);
  }
  return new Map([...contents].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function differing(before: Map<string, string>, after: Map<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}

interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  of<T>(values: readonly T[]): T;
}

/** A linear congruential generator: the same everywhere for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return { below, of: (values) => values[below(values.length)] as (typeof values)[number] };
}
