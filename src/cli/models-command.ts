/** `thimble models …`: what is in the catalogue, what is on this computer, and what fits it. */
import { formatReport, isAbort, reportOf } from '../base/errors';
import {
  catalogue,
  type CatalogueEntry,
  defaultModelName,
  findModel,
  findModelBySize,
  type ModelFile,
  profileOfEntry,
  unknownModel,
} from '../model/catalogue';
import type { ForeignModel } from '../model/foreign-caches';
import { fitOf, type MachineMemory } from '../model/memory';
import { memoryNeed, shapeOfEntry } from '../model/memory-need';
import type { PullProgress } from '../model/pull-progress';
import { type Scorecard, type Scorecards, scorecardText } from '../model/scorecard';
import { parseHubAddress } from '../model/sources/hub-address';
import type { ModelStore } from '../model/store';
import { formatBytes, formatDuration } from './format-amounts';
import { exitCode, exitCodeOf, type OutputPort } from './output-port';

export interface ModelsPorts {
  store: ModelStore;
  memory: MachineMemory;
  scorecards: Pick<Scorecards, 'list'>;
  /** Files of other programs. */
  foreign: () => Promise<ForeignModel[]>;
}

/** Actions that need the name of a model, and those that do not. */
const named = ['pull', 'verify', 'remove', 'move'] as const;
const plain = ['list', 'fit', 'found'] as const;

/**
 * Runs one action and answers the exit code; failures are written, not thrown. `name` is a catalogue name or an
 * `hf:` address; `pull` without a name takes this computer's default. `folder` is where `move` moves to.
 */
export async function modelsCommand(
  action: string,
  { name, folder }: { name?: string | undefined; folder?: string | undefined },
  ports: ModelsPorts,
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  try {
    switch (action) {
      case 'list':
        return await list(ports, output, signal);
      case 'fit':
        return fit(ports, output);
      case 'found':
        return await found(ports, output);
      case 'pull':
        return await pull(fileNamed(name ?? defaultModelName(ports.memory.total)), ports, output, signal);
      case 'move':
        if (name === undefined) return usage('thimble models move needs the name of a model.', output);
        return await move(fileNamed(name), folder, ports, output, signal);
      case 'verify':
      case 'remove':
        if (name === undefined) return usage(`thimble models ${action} needs the name of a model.`, output);
        return await (action === 'verify' ? verify : remove)(fileNamed(name), ports, output, signal);
      default:
        return usage(
          `Unknown action “${action}”; there are ${[...plain, ...named, 'probe', 'calibrate', 'quantize'].join(', ')}.`,
          output,
        );
    }
  } catch (error) {
    if (isAbort(error) || signal.aborted) {
      const kept =
        action === 'move'
          ? 'Stopped. The model is where it was.'
          : 'Paused. What was downloaded is kept; the next pull goes on from there.';
      say(output, kept, { state: 'paused' });
      return exitCode.interrupted;
    }
    const report = reportOf(error);
    say(output, formatReport(report), { state: 'failed', error: report });
    return exitCodeOf(report.code);
  }
}

function usage(text: string, output: OutputPort): number {
  say(output, text, { state: 'failed', error: { code: 'usage', happened: text } });
  return exitCode.usage;
}

function say(output: OutputPort, text: string, object: object): void {
  output.write(output.json ? JSON.stringify(object) : text);
}

function fileNamed(name: string): ModelFile {
  const file = findModel(name) ?? parseHubAddress(name);
  if (!file) throw unknownModel(name);
  return file;
}

async function list(
  { store, memory, scorecards }: ModelsPorts,
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const standard = defaultModelName(memory.total);
  const cards = await scorecards.list();
  for (const { entry, path, movedTo, present, partBytes } of await store.list()) {
    // Checking a file that nobody has checked yet takes seconds, and nobody may be reading any longer.
    if (signal.aborted) break;
    const installed = present && (await store.isInstalled(entry));
    const state = installed
      ? 'installed'
      : partBytes > 0
        ? `${Math.floor((partBytes / entry.bytes) * 100)} % fetched`
        : '';
    const place = movedTo === undefined ? '' : installed ? `in ${movedTo}` : `moved to ${movedTo}, not there`;
    const marks = [state, entry.name === standard ? 'default' : '', place].filter(Boolean).join(', ');
    const licence = entry.licence.note ? `${entry.licence.name}: ${entry.licence.note}` : entry.licence.name;
    say(
      output,
      `${entry.name.padEnd(20)} ${formatBytes(entry.bytes).padStart(7)}  ${marks}\n    ${entry.goodAt} (${licence})${cardText(cards.find(({ bytes }) => bytes === entry.bytes))}`,
      {
        name: entry.name,
        label: entry.label,
        path,
        installed,
        default: entry.name === standard,
        bytes: entry.bytes,
        partBytes,
        licence: entry.licence,
        goodAt: entry.goodAt,
        measured: cards.find(({ bytes }) => bytes === entry.bytes),
      },
    );
  }
  for (const card of cards.filter(({ bytes }) => !findModelBySize(bytes)))
    say(output, `${card.file}  ${formatBytes(card.bytes)}, a file of your own${cardText(card)}`, {
      file: card.file,
      bytes: card.bytes,
      measured: card,
    });
  // Programs that read the list take each line for a model.
  if (!output.json) output.write(spaceText(await store.space()));
  return exitCode.done;
}

function spaceText({ folder, used, limit }: Awaited<ReturnType<ModelStore['space']>>): string {
  const share = limit === undefined ? '' : ` of the ${formatBytes(limit)} that it may take`;
  return `${formatBytes(used)}${share} in ${folder}`;
}

/** A line with what was measured here; empty for a model that was not probed. */
function cardText(card: Scorecard | undefined): string {
  return card ? `\n    measured here: ${scorecardText(card)}` : '';
}

function fit({ memory }: ModelsPorts, output: OutputPort): number {
  const where = memory.limited ? 'this container' : 'this computer';
  say(output, `${formatBytes(memory.total)} of memory in ${where}, ${formatBytes(memory.free)} free.`, {
    memory,
  });
  for (const entry of catalogue) {
    const contextTokens = profileOfEntry(entry).contextSize;
    const need = memoryNeed(shapeOfEntry(entry), { contextTokens });
    const result = fitOf(need.total, memory);
    say(output, `${entry.name.padEnd(20)} ${fitText(entry, result, need.total)}`, {
      name: entry.name,
      fit: result,
      need,
      contextTokens,
    });
  }
  return exitCode.done;
}

function fitText(entry: CatalogueEntry, result: ReturnType<typeof fitOf>, needed: number): string {
  const why = `needs ${formatBytes(needed)} with ${profileOfEntry(entry).contextSize} tokens of context`;
  const words = {
    fits: 'fits now',
    tight: 'fits once other programs are closed',
    'too-large': 'does not fit',
  };
  return `${words[result]} (${why})`;
}

/** What other programs have fetched; each can be named as a model and is used where it lies. */
async function found({ foreign }: ModelsPorts, output: OutputPort): Promise<number> {
  const models = await foreign();
  for (const { name, program, path, bytes } of models)
    say(output, `${name}  ${formatBytes(bytes)}, of ${program}\n    ${path}`, { name, program, path, bytes });
  if (models.length === 0 && !output.json) {
    output.write('Nothing of Ollama, LM Studio, llama.cpp or the hub’s client was found.');
  }
  return exitCode.done;
}

async function pull(
  file: ModelFile,
  { store }: ModelsPorts,
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const licence = findModel(file.name)?.licence;
  if (licence?.note) say(output, `Licence: ${licence.name}, ${licence.note}.`, { licence });
  const path = await store.pull(file, {
    signal,
    onProgress: progressWriter(file.name, output),
    onSource: (source, failed) => {
      const because = failed ? ` (${failed.message})` : '';
      say(output, `Fetching ${file.name} from the ${source}${because}`, {
        state: 'source',
        source,
        failed: failed && reportOf(failed),
      });
    },
  });
  say(output, `${file.name} is ready: ${path}`, { state: 'installed', name: file.name, path });
  return exitCode.done;
}

async function verify(
  file: ModelFile,
  { store }: ModelsPorts,
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  await store.verify(file, { signal, onProgress: progressWriter(file.name, output) });
  say(output, `${file.name} is whole: size, structure and SHA-256 are right.`, {
    state: 'verified',
    name: file.name,
  });
  return exitCode.done;
}

async function remove(file: ModelFile, { store }: ModelsPorts, output: OutputPort): Promise<number> {
  const freed = await store.remove(file);
  const text =
    freed === 0 ? `${file.name} was not here.` : `${file.name} is removed; ${formatBytes(freed)} freed.`;
  say(output, text, { state: 'removed', name: file.name, freedBytes: freed });
  return exitCode.done;
}

async function move(
  file: ModelFile,
  folder: string | undefined,
  { store }: ModelsPorts,
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const path = await store.move(file, folder, { signal, onProgress: progressWriter(file.name, output) });
  say(output, `${file.name} is used from ${path}`, { state: 'moved', name: file.name, path });
  return exitCode.done;
}

/** A line that is rewritten on a terminal; elsewhere a line for each tenth. It says where a download starts again. */
function progressWriter(name: string, output: OutputPort): (progress: PullProgress) => void {
  let lastTenth = '';
  let last: PullProgress | undefined;
  return (progress) => {
    if (last?.phase === progress.phase && progress.bytesDone < last.bytesDone) {
      const text = `${name}: what was there is of no use to this source; it starts again.`;
      say(output, text, { state: 'restarted', name });
    }
    last = progress;
    if (!output.json && output.isTty && output.rewrite) {
      output.rewrite(progressText(name, progress));
      return;
    }
    const { phase, bytesDone, bytesTotal } = progress;
    const tenth = `${phase} ${bytesTotal === undefined ? Math.floor(bytesDone / 100e6) : Math.floor((bytesDone / bytesTotal) * 10)}`;
    if (tenth === lastTenth) return;
    lastTenth = tenth;
    say(output, progressText(name, progress), { state: phase, name, ...progress });
  };
}

/** Such as `name: 42 %, 469 MB of 1.1 GB, 12 MB/s, 54 s left`. */
export function progressText(name: string, progress: PullProgress): string {
  const { phase, bytesDone, bytesTotal, bytesPerSecond, msLeft } = progress;
  const parts = [
    bytesTotal === undefined ? undefined : `${Math.floor((bytesDone / bytesTotal) * 100)} %`,
    bytesTotal === undefined
      ? formatBytes(bytesDone)
      : `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`,
    bytesPerSecond === undefined ? undefined : `${formatBytes(bytesPerSecond)}/s`,
    msLeft === undefined ? undefined : `${formatDuration(msLeft)} left`,
  ].filter((part) => part !== undefined);
  return `${name}: ${phase === 'checking' ? 'checking, ' : ''}${parts.join(', ')}`;
}
