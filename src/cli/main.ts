import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { formatReport, isAbort, reportOf } from '../base/errors';
import { systemClock } from '../node/clock';
import packageJson from '../../package.json';
import { createPrompter, standingYes } from './ask';
import { completeCommand } from './complete-command';
import { type Core, type ModelOptions, createCore } from './compose';
import { type RunOptions, type RunSurface, chatCommand, runCommand } from './run-command';

const exit = { done: 0, failed: 1, usage: 2, interrupted: 130 };

interface AgentFlags extends ModelOptions {
  cwd: string;
  yes?: string | boolean;
  json?: boolean;
  maxSteps: number;
  timeLimit: number;
}

/** Parses the command line and runs one command; answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  let interrupts = 0;
  process.on('SIGINT', () => {
    // The second Ctrl-C does not wait for anything.
    if (++interrupts > 1) process.exit(exit.interrupted);
    interrupted.abort();
  });
  let code = exit.done;
  const withCore = async (body: (core: Core) => Promise<number>): Promise<void> => {
    const core = createCore(__dirname, process.env['THIMBLE_LOG'] ? logLine : () => undefined);
    try {
      code = await body(core);
    } finally {
      core.dispose();
    }
  };
  const program = createProgram(withCore, interrupted.signal);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
    if (isAbort(error) || interrupted.signal.aborted) return exit.interrupted;
    process.stderr.write(`${formatReport(reportOf(error))}\n`);
    return exit.failed;
  }
}

function createProgram(
  withCore: (body: (core: Core) => Promise<number>) => Promise<void>,
  signal: AbortSignal,
): Command {
  const program = new Command('thimble')
    .description('A coding agent on a small language model on this computer.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(thimble --help lists the commands)');

  const agentOptions = (command: Command): Command =>
    modelOptions(command)
      .option('--cwd <folder>', 'folder to work in', '.')
      .option('--yes [kinds]', 'do not ask: all, or a list of edit,run')
      .option('--json', 'one JSON object a line instead of text')
      .option('--max-steps <n>', 'steps at most', positive, 40)
      .option('--time-limit <seconds>', 'time at most', positive, 900);

  agentOptions(program.command('run <task>').description('do one task in a folder')).action(
    (task: string, flags: AgentFlags) =>
      withCore((core) => {
        const { options, surface } = agentSurface(flags);
        return runCommand(core, task, options, surface, signal).finally(() => surface.prompter?.close());
      }),
  );
  agentOptions(program.command('chat').description('work with the agent at this terminal')).action(
    (flags: AgentFlags) =>
      withCore((core) => {
        const { options, surface } = agentSurface(flags);
        const prompter = surface.prompter ?? createPrompter(process.stdin, process.stderr);
        return chatCommand(core, options, { ...surface, prompter }, signal).finally(() => prompter.close());
      }),
  );
  modelOptions(program.command('complete').description('complete code over JSON lines'))
    .option('--raw', 'no filters', false)
    .option('--single-line', 'end at the end of the line', false)
    .action((flags: ModelOptions & { raw: boolean; singleLine: boolean }) =>
      withCore(async (core) => {
        const model = await core.loadModel(flags, { chat: false, completion: true }, signal);
        const streams = { input: process.stdin, output: process.stdout };
        await completeCommand(streams, { model, clock: systemClock }, flags, signal);
        return exit.done;
      }),
    );
  return program;
}

function modelOptions(command: Command): Command {
  return command
    .option('--model <name>', 'name of the catalogue, or path of a GGUF file')
    .option('--seed <n>', 'makes a run repeatable', whole)
    .option('--temperature <t>', 'sampling temperature', number)
    .option('--threads <n>', 'threads of the engine', positive)
    .option('--context-size <tokens>', 'context of the chat', positive);
}

function agentSurface(flags: AgentFlags): { options: RunOptions; surface: RunSurface } {
  const yes = standingYes(flags.yes);
  if (!yes) throw new InvalidArgumentError('--yes takes edit, run, or both with a comma.');
  // Answers may be piped in; with no terminal and an input that is not a pipe, nobody can be asked.
  const canAsk = process.stdin.isTTY || flags.json !== true;
  return {
    options: {
      ...flags,
      cwd: path.resolve(flags.cwd),
      yes,
      json: flags.json ?? false,
      timeLimitSeconds: flags.timeLimit,
    },
    surface: {
      write: (text) => void process.stdout.write(text),
      colours: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
      prompter: canAsk ? createPrompter(process.stdin, process.stderr) : undefined,
    },
  };
}

function logLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Not a number.');
  return value;
}

function whole(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Not a whole number from 0 on.');
  return value;
}

function positive(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError('Not a whole number from 1 on.');
  return value;
}

if (require.main === module) {
  void main(process.argv).then((code) => {
    process.exitCode = code;
    // A piped reader may still be open; everything that matters is disposed.
    process.stdin.destroy();
  });
}
