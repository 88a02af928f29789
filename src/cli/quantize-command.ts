/** `thimble models quantize`: a smaller file of a model, made by an installed llama-quantize, and what it costs. */
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors';
import { readGgufHeader } from '../model/gguf-header';
import type { ResolvedModel } from '../model/resolve-model';
import { type Scorecard, scorecardText } from '../model/scorecard';
import { findQuantize, type Quantisation, quantisations, quantise } from '../node/llama-quantize';
import { formatBytes } from './format-amounts';
import { exitCode, type OutputPort } from './output-port';

export interface QuantizePorts {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  /** What a file can do here: the card that is kept of it, or one that is made now. */
  scorecard: (modelPath: string) => Promise<Scorecard>;
}

export interface QuantizeOptions {
  /** Such as `Q4_0`, in either case. */
  type: string | undefined;
  /** The new file; beside the old one and named after its kind when left out. */
  out?: string | undefined;
  /** Whether both files are probed. */
  probe: boolean;
}

/** Answers the exit code. Rejects with a `UserError`, or `AbortError`; nothing of the new file is left then. */
export async function quantizeCommand(
  { name, modelPath }: Pick<ResolvedModel, 'name' | 'modelPath'>,
  { type: given, out, probe }: QuantizeOptions,
  { env, platform, scorecard }: QuantizePorts,
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const type = quantisationOf(given);
  const command = await findQuantize(env, platform);
  const to = path.resolve(out ?? newPath(modelPath, type));
  if (await stat(to).catch(() => undefined)) {
    throw new UserError('quantize-exists', `There is a file ${to} already.`, {
      kept: 'It is as it was.',
      next: 'Move it away, or name another file with --out.',
    });
  }
  const before = probe ? await scorecard(modelPath) : undefined;
  const part = `${to}.part`;
  try {
    const onLine = (line: string): void => {
      if (!output.json && output.isTty) output.rewrite?.(line.slice(0, 100));
    };
    await quantise({ command, from: modelPath, to: part, type, onLine }, signal);
    await readGgufHeader(part);
    await rename(part, to);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const after = probe ? await scorecard(to) : undefined;
  const bytes = { before: (await stat(modelPath)).size, after: (await stat(to)).size };
  if (output.json) {
    output.write(JSON.stringify({ name, type, path: to, bytes, before, after }));
    return exitCode.done;
  }
  output.write(
    `${name} as ${type}: ${formatBytes(bytes.after)} instead of ${formatBytes(bytes.before)}, ${to}`,
  );
  if (before && after) {
    output.write(`before: ${scorecardText(before)}`);
    output.write(`after:  ${scorecardText(after)}`);
  }
  return exitCode.done;
}

function quantisationOf(given: string | undefined): Quantisation {
  const found = quantisations.find((name) => name === given?.toUpperCase());
  if (found) return found;
  throw new UserError(
    'usage',
    given === undefined ? 'thimble models quantize needs a kind.' : `“${given}” is no kind of quantisation.`,
    { next: `Name one of ${quantisations.join(', ')}.` },
  );
}

function newPath(modelPath: string, type: Quantisation): string {
  const { dir, name } = path.parse(modelPath);
  return path.join(dir, `${name}.${type.toLowerCase()}.gguf`);
}
