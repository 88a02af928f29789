/** `thimble doctor`: what works on this computer, what does not, and what to do about it. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { reportOf } from '../base/errors';
import { figuresText, noFigures, readFigures } from '../completion/figures';
import { type CrashReports, crashText } from '../model/crash-reports';
import { defaultModelName, findModel, profileOfEntry } from '../model/catalogue';
import { startEngine } from '../model/engine-client';
import { engineNoteText, type EngineNotes } from '../model/engine-notes';
import {
  completionLaneTokens,
  defaultShare,
  type LoadPlan,
  planForFile,
  planSecondForFile,
} from '../model/load-plan';
import { fitOf, type MachineMemory } from '../model/memory';
import { memoryNeed, shapeOfEntry } from '../model/memory-need';
import { completesCode } from '../model/profile';
import type { ModelStore, StoredModel } from '../model/store';
import { createFileStore } from '../node/file-store';
import { readMachine } from '../node/machine';
import { ripgrepPath } from '../node/ripgrep';
import { languages } from '../syntax/languages';
import { formatBytes } from './format-amounts';
import { exitCode, type OutputPort } from './output-port';

export interface DoctorPorts {
  store: ModelStore;
  memory: MachineMemory;
  home: string;
  /** Folder of the built bundles. */
  dist: string;
  crashes: CrashReports;
  notes: Pick<EngineNotes, 'list'>;
}

/** `warning`: something is missing that not everything needs. */
export interface Finding {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  text: string;
  /** What to do. */
  next?: string | undefined;
}

const run = promisify(execFile);
const probeTimeoutMs = 30_000;

/** Writes one line per finding; answers 0 when nothing failed, else 1. */
export async function doctorCommand(ports: DoctorPorts, output: OutputPort): Promise<number> {
  const checks = [
    machine,
    memory,
    plan,
    loaded,
    engine,
    model,
    grammars,
    index,
    git,
    ripgrep,
    completions,
    crashes,
  ];
  let failed = false;
  for (const check of checks) {
    const finding = await check(ports);
    failed ||= finding.state === 'failed';
    output.write(output.json ? JSON.stringify(finding) : findingText(finding));
  }
  return failed ? exitCode.failed : exitCode.done;
}

/** A finding as lines for a person. */
export function findingText({ name, state, text, next }: Finding): string {
  const sign = { ok: '✓', warning: '!', failed: '✗' }[state];
  return [`${sign} ${name}: ${text}`, ...(next === undefined ? [] : [`  → ${next}`])].join('\n');
}

async function machine({ home, dist }: DoctorPorts): Promise<Finding> {
  const cpus = os.cpus();
  const processor = cpus[0]?.model.trim() ?? 'unknown processor';
  const found = await readMachine(path.join(dist, '..', 'node_modules'));
  const { cores, performanceCores, power, load, backends } = found;
  const details = [
    cores === undefined ? undefined : `${cores} cores`,
    performanceCores === undefined ? undefined : `${performanceCores} of them fast`,
    power === undefined ? undefined : `on ${power}`,
    load === undefined ? undefined : `load ${load.toFixed(1)}`,
    backends.length === 0 ? undefined : `engine for ${backends.join(', ')}`,
  ].filter((part) => part !== undefined);
  return {
    name: 'machine',
    state: 'ok',
    text: `${process.platform} ${process.arch}, ${processor}, ${os.availableParallelism()} of ${cpus.length} threads, ${details.join(', ')}, Node ${process.versions.node}, data in ${home}`,
  };
}

function memory({ memory: { total, free, limited } }: DoctorPorts): Finding {
  const wanted = findModel(defaultModelName(total));
  const text = `${formatBytes(total)}${limited ? ' (limit of the container)' : ''}, ${formatBytes(free)} free`;
  if (!wanted) return { name: 'memory', state: 'failed', text };
  const fit = fitOf(memoryNeed(shapeOfEntry(wanted), { contextTokens: 8192 }).total, {
    total,
    free,
    limited,
  });
  if (fit === 'fits') return { name: 'memory', state: 'ok', text };
  return {
    name: 'memory',
    state: fit === 'tight' ? 'warning' : 'failed',
    text: `${text}; ${wanted.name} needs ${formatBytes(memoryNeed(shapeOfEntry(wanted), { contextTokens: 8192 }).total)}`,
    next: 'Close other programs, or use a smaller context (--context-size).',
  };
}

/** What the default model would get of this computer's memory at this moment. */
async function plan({ store, memory: free }: DoctorPorts): Promise<Finding> {
  const wanted = findModel(defaultModelName(free.total));
  const all = await store.list();
  const stored = all.find(({ entry }) => entry.name === wanted?.name);
  if (!wanted || !stored?.present) {
    return { name: 'plan', state: 'warning', text: 'none without a model', next: 'thimble models pull' };
  }
  try {
    const { contextSize } = profileOfEntry(wanted);
    const made = await planForFile(stored.path, {
      share: defaultShare,
      chat: { size: contextSize, fixed: false },
      completion: completionLaneTokens,
    });
    const { lanes, kvType, predicted, budget, fits, notices } = made;
    const second = await secondText(made, stored, all);
    return {
      name: 'plan',
      state: fits ? 'ok' : 'warning',
      text: `${wanted.name} with ${lanes.chat ?? 0} tokens of context, KV cache ${kvType}: ${formatBytes(predicted.total)} predicted, ${formatBytes(budget)} allowed. ${[...notices, second].join(' ')}`.trim(),
      next: fits ? undefined : 'Close other programs, or use a smaller model.',
    };
  } catch (error) {
    const report = reportOf(error);
    return { name: 'plan', state: 'failed', text: report.happened, next: report.next };
  }
}

/** Whether the smallest other model that is here and completes could do so beside the planned one. */
async function secondText(plan: LoadPlan, first: StoredModel, all: readonly StoredModel[]): Promise<string> {
  const [other] = all
    .filter(({ entry, present }) => present && entry !== first.entry && completesCode(profileOfEntry(entry)))
    .sort((a, b) => a.entry.bytes - b.entry.bytes);
  if (!other) return 'It serves chat and completions: no other model that completes is here.';
  const { fits, predicted, left } = await planSecondForFile(plan, other.path, completionLaneTokens);
  const figures = `it needs ${formatBytes(predicted.total)}, and ${formatBytes(left)} of what is allowed are left`;
  return fits
    ? `${other.entry.name} could complete beside it (${figures}): thimble.completion.model in the editor's settings.`
    : `It serves chat and completions: ${other.entry.name} does not fit beside it (${figures}).`;
}

/** What windows and other programs have loaded at the moment, and why. */
async function loaded({ notes }: DoctorPorts): Promise<Finding> {
  const found = await notes.list();
  const text = found.length === 0 ? 'nothing at the moment' : found.map(engineNoteText).join('; ');
  return { name: 'loaded', state: 'ok', text };
}

/** Asks the engine for a model that does not exist: it loads llama.cpp first, and says which of both failed. */
async function engine({ dist }: DoctorPorts): Promise<Finding> {
  const client = startEngine({ enginePath: path.join(dist, 'engine.mjs') });
  try {
    const params = { modelPath: path.join(dist, 'no-model.gguf'), lanes: {}, gpuLayers: 'auto' as const };
    await client.load(params, () => undefined, AbortSignal.timeout(probeTimeoutMs));
    return { name: 'engine', state: 'ok', text: 'llama.cpp loads' };
  } catch (error) {
    const report = reportOf(error);
    return report.code === 'model-file-missing'
      ? { name: 'engine', state: 'ok', text: 'the process starts and llama.cpp loads' }
      : { name: 'engine', state: 'failed', text: report.happened, next: report.next };
  } finally {
    client.kill();
  }
}

async function model({ store, memory: { total } }: DoctorPorts): Promise<Finding> {
  const name = defaultModelName(total);
  const entry = findModel(name);
  const others = (await store.list()).filter(({ present }) => present).map((stored) => stored.entry.name);
  const also = others.filter((other) => other !== name);
  const more = also.length > 0 ? ` Also here: ${also.join(', ')}.` : '';
  try {
    if (entry) await store.ensureVerified(entry);
    return { name: 'model', state: 'ok', text: `${name} is here and checked.${more}` };
  } catch (error) {
    const report = reportOf(error);
    return {
      name: 'model',
      state: also.length > 0 ? 'warning' : 'failed',
      text: report.happened + more,
      next: report.next,
    };
  }
}

async function grammars({ dist }: DoctorPorts): Promise<Finding> {
  const wanted = new Set<string>(
    Object.values(languages).map(({ grammar }) => `tree-sitter-${grammar}.wasm`),
  );
  wanted.add('web-tree-sitter.wasm');
  const found = await readdir(path.join(dist, 'grammars')).catch((): string[] => []);
  const missing = [...wanted].filter((file) => !found.includes(file));
  return missing.length === 0
    ? { name: 'grammars', state: 'ok', text: `${wanted.size} files` }
    : {
        name: 'grammars',
        state: 'failed',
        text: `missing: ${missing.join(', ')}`,
        next: 'Install Thimble again (in a checkout: npm run build).',
      };
}

/** The stored indexes of workspaces; each is built anew where it is missing or damaged. */
async function index({ home }: DoctorPorts): Promise<Finding> {
  const folder = path.join(home, 'index');
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.thx'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const text =
      names.length === 0
        ? 'none stored yet; one is built for each workspace that is opened'
        : `${names.length} ${names.length === 1 ? 'workspace' : 'workspaces'}, ${formatBytes(bytes)}`;
    return { name: 'index', state: 'ok', text };
  } catch (error) {
    return {
      name: 'index',
      state: 'failed',
      text: `${folder} cannot be written: ${reportOf(error).happened}`,
      next: 'Give yourself the right to write there, or set THIMBLE_HOME to another folder.',
    };
  }
}

async function git(): Promise<Finding> {
  try {
    const { stdout } = await run('git', ['--version'], { timeout: probeTimeoutMs });
    return { name: 'git', state: 'ok', text: stdout.trim() };
  } catch {
    return {
      name: 'git',
      state: 'warning',
      text: 'not found; Thimble works without it',
      next: 'Install git to see and undo changes by commit.',
    };
  }
}

async function ripgrep(): Promise<Finding> {
  try {
    const { stdout } = await run(await ripgrepPath(), ['--version'], { timeout: probeTimeoutMs });
    return { name: 'ripgrep', state: 'ok', text: stdout.split('\n')[0] ?? '' };
  } catch (error) {
    return {
      name: 'ripgrep',
      state: 'failed',
      text: `the search cannot run: ${reportOf(error).happened}`,
      next: 'Install Thimble again (in a checkout: npm install).',
    };
  }
}

/** How often the engine died, as far as it is kept. */
async function crashes({ crashes: reports }: DoctorPorts): Promise<Finding> {
  const found = await reports.list().catch(() => []);
  const [newest] = found;
  return newest
    ? {
        name: 'crashes',
        state: 'ok',
        text: `${found.length} kept on this computer; the newest: ${crashText(newest)}`,
        next: 'Read them with thimble doctor --crashes, delete them with --delete-crashes.',
      }
    : { name: 'crashes', state: 'ok', text: 'none of the engine' };
}

/** Writes each report of the engine's deaths, the newest first, or deletes them all. */
export async function crashesCommand(
  reports: CrashReports,
  output: OutputPort,
  shouldDelete: boolean,
): Promise<number> {
  if (shouldDelete) {
    const count = await reports.clear();
    output.write(output.json ? JSON.stringify({ deleted: count }) : `${count} crash reports deleted.`);
    return exitCode.done;
  }
  for (const report of await reports.list())
    output.write(
      output.json ? JSON.stringify(report) : `${crashText(report)}\n${JSON.stringify(report, undefined, 2)}`,
    );
  return exitCode.done;
}

/** What became of inline suggestions on this computer; counted here and sent nowhere. */
async function completions({ home }: DoctorPorts): Promise<Finding> {
  const figures = await readFigures(createFileStore(home)).catch(() => noFigures);
  return {
    name: 'completions',
    state: 'ok',
    text:
      figures.offered === 0 ? 'none offered yet' : `${figuresText(figures)}; counted on this computer only`,
  };
}
