/** `thimble lab`: the prompt of a task as it reaches the model, and the same prompt on several models and profiles. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { runAgent } from '../agent/run-agent';
import { UserError } from '../base/errors';
import type { ModelProfile } from '../model/profile';
import { profiles } from '../model/profiles';
import { createAbsentModel } from '../model/relay-model';
import { askLab, type LabAnswer, labAnswerText, labGoldenText, renderedPrompt } from '../probe/lab';
import { formatLabFile, labPromptOf, parseLabFile } from '../prompt/lab-file';
import type { PromptPiece } from '../protocol/agent';
import type { Core, ModelOptions, WithCore } from './compose';
import { collect, number, positive, whole } from './option-values';
import { createOutputPort, exitCode, type OutputPort } from './output-port';

interface LabFlags {
  cwd: string;
  model: string[];
  profile: string[];
  maxTokens: number;
  temperature?: number;
  seed?: number;
  save?: string;
  json: boolean;
}

/** `thimble lab show TASK` and `thimble lab run FILE`. */
export function addLabCommand(program: Command, withCore: WithCore, signal: AbortSignal): void {
  program
    .command('lab <action> <task>')
    .description('show TASK: its first prompt as a file; run FILE: a prompt on models and profiles')
    .option('--cwd <folder>', 'show: folder that the task is about', '.')
    .option('--model <name>', 'run: a model; repeatable', collect, [])
    .option('--profile <family>', 'whose profile lays the prompt out; repeatable for run', collect, [])
    .option('--max-tokens <n>', 'run: tokens of an answer', positive, 400)
    .option('--temperature <t>', 'run: sampling temperature', number)
    .option('--seed <n>', 'run: makes a run repeatable', whole)
    .option('--save <file>', 'keeps the prompt (show), or prompt and answers (run)')
    .option('--json', 'one JSON object a line instead of text', false)
    .action((action: string, task: string, flags: LabFlags) =>
      withCore((core) => {
        const output = createOutputPort(process.stdout, flags.json);
        if (action === 'run') {
          const { model: models, profile: families, ...options } = flags;
          return labRun(core, task, { ...options, models, profiles: families }, output, signal);
        }
        if (action === 'show') {
          const { cwd, save, profile } = flags;
          const shown = {
            cwd,
            profile: profile[0] ?? 'qwen2.5-coder',
            ...(save === undefined ? {} : { save }),
          };
          return labShow(core, task, shown, output, signal);
        }
        throw new UserError('usage', `Unknown action “${action}”.`, { next: 'There are show and run.' });
      }),
    );
}

/** The profile of a family. Throws `usage` for a name that is none. */
export function familyProfile(name: string): ModelProfile {
  const found = Object.entries(profiles).find(([family]) => family === name);
  if (found) return found[1];
  throw new UserError('usage', `There is no profile “${name}”.`, {
    next: `There are ${Object.keys(profiles).join(', ')}.`,
  });
}

/**
 * `lab show TASK`: writes the first prompt of a task as a file for `lab run`, without a model: the agent's program runs
 * until it asks. What would change a file or run a command is refused.
 */
export async function labShow(
  core: Core,
  task: string,
  options: { cwd: string; profile: string; save?: string },
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const cwd = path.resolve(options.cwd);
  const error = { code: 'lab-prompt', happened: 'The prompt is complete.' };
  const profile = familyProfile(options.profile);
  const absent = createAbsentModel(error, profile);
  // The program shall take the way that it takes with a model of this family.
  const model = { ...absent, profile };
  let pieces: PromptPiece[] | undefined;
  await runAgent(
    {
      text: task,
      attachments: [],
      history: [],
      seed: 1,
      maxSteps: 20,
      timeLimitMs: 60_000,
      commandTimeoutMs: 30_000,
      platform: process.platform,
    },
    core.agentPorts(model, cwd, () => Promise.resolve({ answer: 'no', note: 'Only the prompt is shown.' })),
    (event) => {
      if (event.type === 'prompt') pieces ??= event.pieces;
    },
    signal,
    { runId: 'lab' },
  );
  if (!pieces) {
    throw new UserError(
      'lab-no-prompt',
      'This task asks the model nothing before something is run or changed.',
      {
        next: 'A question about code, or an edit that names a function, is asked at once.',
      },
    );
  }
  const shown = formatLabFile(labPromptOf(pieces));
  if (options.save !== undefined) await writeFile(options.save, shown);
  if (output.json) output.write(JSON.stringify(labPromptOf(pieces)));
  else if (options.save === undefined) output.write(shown.slice(0, -1));
  return exitCode.done;
}

/** `lab run FILE`: the prompt on each model and each profile, one after the other; `save` keeps prompt and answers. */
export async function labRun(
  core: Core,
  file: string,
  options: Omit<ModelOptions, 'model'> & {
    models: readonly string[];
    profiles: readonly string[];
    maxTokens: number;
    save?: string;
  },
  output: OutputPort,
  signal: AbortSignal,
): Promise<number> {
  const source = await readPrompt(file);
  const prompt = parseLabFile(source);
  const answers: LabAnswer[] = [];
  let rendered = '';
  for (const spec of options.models.length > 0 ? options.models : [undefined]) {
    const model = await core.loadModel(
      { ...options, ...(spec === undefined ? {} : { model: spec }) },
      { chat: true, completion: false },
      signal,
    );
    const chosen = options.profiles.length > 0 ? options.profiles.map(familyProfile) : [model.profile];
    for (const profile of chosen) {
      rendered = renderedPrompt(prompt, profile);
      const answer = await askLab(model, profile, prompt, options, signal);
      answers.push(answer);
      output.write(output.json ? JSON.stringify(answer) : labAnswerText(answer, answers[0]));
    }
  }
  if (options.save !== undefined) await writeFile(options.save, labGoldenText(rendered, answers));
  return exitCode.done;
}

async function readPrompt(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError('usage', `The prompt ${file} cannot be read.`, {
      next: 'Name a file, or - for the standard input.',
      cause,
    });
  }
}
