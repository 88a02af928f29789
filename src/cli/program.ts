import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { UserError } from '../base/errors';
import { catalogue, findModel, profileOfEntry } from '../model/catalogue';
import { findForeignModels, ownPlaces } from '../model/foreign-caches';
import { readMemory } from '../model/memory';
import type { Scorecard } from '../model/scorecard';
import { estimateTokens } from '../model/token-estimate';
import { systemClock } from '../node/clock';
import { type ApprovalRule, parseRule, type RuleAnswer } from '../tools/approval-rules';
import { applyCommand } from './apply-command';
import { addBenchCommand } from './bench-command';
import { createPrompter, standingYes } from './ask';
import { completeCommand, folderContext } from './complete-command';
import { type ModelOptions, resolveOption, type WithCore } from './compose';
import {
  choicesOf,
  contextCommand,
  contextLinesCommand,
  type ContextPurpose,
  contextPurposes,
} from './context-command';
import { crashesCommand, doctorCommand } from './doctor-command';
import { addLabCommand } from './lab-command';
import { modelsCommand } from './models-command';
import type { Interrupts } from './interrupts';
import { collect, number, positive, whole } from './option-values';
import { createOutputPort, exitCode } from './output-port';
import { parseCommand } from './parse-command';
import { calibrateCommand, probe, probeCommand } from './probe-command';
import { quantizeCommand } from './quantize-command';
import { logCommand, sessionsCommand } from './records-command';
import { type RunOptions, type RunSurface, chatCommand, runCommand } from './run-command';

/** What is the same for every command. */
const helpEnd = `
Examples:
  thimble run "Fix the failing test" --cwd my/project
  thimble run "Add a docstring to median" --yes=edit
  thimble models pull

Models, index and chats lie in THIMBLE_HOME, by default the system's folder for data; THIMBLE_MODELS_GB limits what
models may take. Logs go to stderr (THIMBLE_LOG=1 shows them). Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a permission, 130 interrupted.`;

interface ModelsFlags {
  json: boolean;
  needle: boolean;
  probe: boolean;
  out?: string;
}

/** Actions of `models` that work on a model's file, which need not be the catalogue's. */
const onFile = new Set(['probe', 'calibrate', 'quantize']);

interface AgentFlags extends ModelOptions {
  cwd: string;
  yes?: string | boolean;
  allow: string[];
  ask: string[];
  deny: string[];
  handOver?: string;
  json?: boolean;
  maxSteps: number;
  timeLimit: number;
  commandTimeout: number;
}

/** The command line: what there is, what it takes, and which function does it. `dist` holds the built bundles. */
export function createProgram(dist: string, withCore: WithCore, interrupts: Interrupts): Command {
  const { signal } = interrupts;
  const program = new Command('thimble')
    .description('A coding agent on a small language model on this computer.')
    .version(packageVersion(dist))
    .exitOverride()
    .showHelpAfterError('(thimble --help lists the commands)')
    .addHelpText('after', helpEnd);
  addAgentCommands(program, withCore, interrupts);
  addLineCommands(program, withCore, signal);
  addMachineCommands(program, dist, withCore, signal);
  return program;
}

function addAgentCommands(program: Command, withCore: WithCore, interrupts: Interrupts): void {
  const agentOptions = (command: Command): Command =>
    modelOptions(command)
      .option('--cwd <folder>', 'folder to work in', '.')
      .option('--yes [kinds]', 'do not ask: all, or a list of edit,run')
      .option('--allow <rule>', 'let edit(GLOB) or run(COMMAND) pass; repeatable', collect, [])
      .option('--ask <rule>', 'ask about it all the same; repeatable', collect, [])
      .option('--deny <rule>', 'refuse it, whatever else is allowed; repeatable', collect, [])
      .option('--json', 'one JSON object a line instead of text')
      .option(
        '--hand-over <server>',
        'remote:[URL[/MODEL]] that repairs go to which failed, and /larger messages',
      )
      .option('--max-steps <n>', 'steps at most', positive, 40)
      .option('--time-limit <seconds>', 'time at most', positive, 900)
      .option('--command-timeout <seconds>', 'time that one command may take', positive, 120);

  agentOptions(program.command('run <task>').description('do one task in a folder')).action(
    (task: string, flags: AgentFlags) =>
      withCore((core) => {
        const { options, surface } = agentSurface(flags);
        return runCommand(core, task, options, surface, interrupts.signal).finally(() =>
          surface.prompter?.close(),
        );
      }),
  );
  agentOptions(program.command('chat').description('work with the agent at this terminal')).action(
    (flags: AgentFlags) =>
      withCore((core) => {
        const { options, surface } = agentSurface(flags);
        const prompter = surface.prompter ?? createPrompter(process.stdin, process.stderr);
        return chatCommand(core, options, { ...surface, prompter }, interrupts).finally(() =>
          prompter.close(),
        );
      }),
  );
}

interface ContextFlags {
  at?: string;
  budget: number;
  cwd: string;
  for: ContextPurpose;
  pin: string[];
  drop: string[];
  json: boolean;
}

/** Commands that speak JSON lines on stdin and stdout. */
function addLineCommands(program: Command, withCore: WithCore, signal: AbortSignal): void {
  const streams = { input: process.stdin, output: process.stdout, signal };
  modelOptions(program.command('complete').description('complete code'))
    .option('--raw', 'no filters', false)
    .option('--single-line', 'end at the end of the line', false)
    .option('--cwd <folder>', 'folder that paths are relative to; its code goes along where it helps')
    .action((flags: ModelOptions & { raw: boolean; singleLine: boolean }) =>
      withCore(async (core) => {
        const model = await core.loadModel(flags, { chat: false, completion: true }, signal);
        const context = flags.cwd === undefined ? undefined : await folderContext(core, flags.cwd, signal);
        const ports = { model, clock: systemClock, ...(context ? { context } : {}) };
        await completeCommand(streams, ports, flags, signal);
        return exitCode.done;
      }),
    );
  program
    .command('parse')
    .description('read tool calls from what a model wrote')
    .option('--dialect <name>', 'how calls are spelled; unknown means auto')
    .option('--profile <name>', 'model whose recoveries hold')
    .addOption(new Option('--think <state>', 'the prompt opened <think> already').choices(['open']))
    .action(async (flags: { dialect?: string; profile?: string; think?: string }) => {
      await parseCommand(streams, flags, profileNamed);
    });
  program
    .command('apply')
    .description('apply an edit to a text')
    .option('--cwd <folder>', 'folder that paths are relative to', '.')
    .action(() =>
      withCore(async (core) => {
        await applyCommand(streams, core.syntax, signal);
        return exitCode.done;
      }),
    );
  program
    .command('context')
    .description('the spans of code that a model would be shown')
    .option('--at <place>', 'FILE:LINE:COL; without it, JSON lines')
    .option('--budget <tokens>', 'tokens at most', positive, 1024)
    .option('--cwd <folder>', 'folder that paths are relative to', '.')
    .addOption(
      new Option('--for <purpose>', 'what the spans are for').choices(contextPurposes).default('completion'),
    )
    .option('--pin <definition>', 'FILE:SYMBOL that is shown before all else; repeatable', collect, [])
    .option('--drop <definition>', 'FILE:SYMBOL that is not shown; repeatable', collect, [])
    .option('--json', 'one JSON object instead of text', false)
    .action((flags: ContextFlags) =>
      withCore(async (core) => {
        const workspace = core.workspace(path.resolve(flags.cwd));
        const syntax = core.indexed(path.resolve(flags.cwd));
        const ports = {
          workspace,
          syntax,
          clock: systemClock,
          countTokens: (texts: string[]) => Promise.resolve(texts.map(estimateTokens)),
          purpose: flags.for,
          choices: choicesOf(flags, { workspace, syntax, countTokens: estimateTokens }),
        };
        if (flags.at === undefined) await contextLinesCommand(streams, ports, signal);
        else await contextCommand(process.stdout, ports, { ...flags, at: flags.at }, signal);
        return exitCode.done;
      }),
    );
}

function addMachineCommands(program: Command, dist: string, withCore: WithCore, signal: AbortSignal): void {
  program
    .command('models <action> [name] [to]')
    .description(
      'list, fit, pull, verify, remove, probe or calibrate models; move NAME FOLDER; quantize NAME KIND, by an installed llama-quantize; found: those of other programs',
    )
    .option('--out <file>', 'quantize: the new file; beside the old one when left out')
    .option('--no-probe', 'quantize: do not measure what it costs')
    .option('--no-needle', 'probe: leave out the search for a fact in a long prompt')
    .option('--json', 'one JSON object a line instead of text', false)
    .action((action: string, name: string | undefined, to: string | undefined, flags: ModelsFlags) =>
      withCore(async ({ models: store, scorecards, calibrations, supervisor }) => {
        const output = createOutputPort(process.stdout, flags.json);
        if (!onFile.has(action))
          return modelsCommand(
            action,
            { name, folder: to },
            {
              store,
              scorecards,
              memory: await readMemory(),
              foreign: () => findForeignModels(ownPlaces()),
            },
            output,
            signal,
          );
        const model = await resolveOption(name === undefined ? {} : { model: name }, store);
        if (action === 'calibrate') return calibrateCommand(model, { calibrations, dist }, output, signal);
        const ports = { supervisor, scorecards, wallTime: Date.now };
        if (action === 'probe') return probeCommand(model, ports, output, flags, signal);
        const scorecard = async (modelPath: string): Promise<Scorecard> =>
          (await scorecards.of(modelPath)) ??
          probe(await resolveOption({ model: modelPath }, store), ports, output, flags, signal);
        const { env, platform } = process;
        const options = { type: to, out: flags.out, probe: flags.probe };
        return quantizeCommand(model, options, { env, platform, scorecard }, output, signal);
      }),
    );
  program
    .command('doctor')
    .description('what works on this computer, and what to do about the rest')
    .option('--crashes', 'only the reports of the engine’s crashes, which hold no text of yours', false)
    .option('--delete-crashes', 'delete those reports', false)
    .option('--json', 'one JSON object a line instead of text', false)
    .action((flags: { json: boolean; crashes: boolean; deleteCrashes: boolean }) =>
      withCore(async ({ models: store, home, crashes, notes }) => {
        const output = createOutputPort(process.stdout, flags.json);
        return flags.crashes || flags.deleteCrashes
          ? crashesCommand(crashes, output, flags.deleteCrashes)
          : doctorCommand({ store, home, dist, crashes, notes, memory: await readMemory() }, output);
      }),
    );
  program
    .command('log')
    .description('the newest requests to a model, with their times and tokens; no text is kept')
    .option('--last <n>', 'how many', positive, 50)
    .option('--json', 'one JSON object a line instead of text', false)
    .action((flags: { last: number; json: boolean }) =>
      withCore(({ requests }) =>
        logCommand(requests, createOutputPort(process.stdout, flags.json), flags.last),
      ),
    );
  program
    .command('sessions <action> [name]')
    .description('list chats, export one for a bug report without its words, or wipe a workspace')
    .option('--json', 'one JSON object a line instead of text', false)
    .action((action: string, name: string | undefined, flags: { json: boolean }) =>
      withCore(({ home }) =>
        sessionsCommand(home, action, name, createOutputPort(process.stdout, flags.json)),
      ),
    );
  addLabCommand(program, withCore, signal);
  addBenchCommand(program, withCore, dist, signal);
}

function modelOptions(command: Command): Command {
  return command
    .option('--model <name>', 'name of the catalogue, path of a GGUF file, or remote:[URL[/MODEL]]')
    .option('--seed <n>', 'makes a run repeatable', whole)
    .option('--temperature <t>', 'sampling temperature', number)
    .option('--threads <n>', 'threads of the engine', positive)
    .option('--context-size <tokens>', 'context of the chat', positive);
}

function ruleOrError(text: string, answer: RuleAnswer): ApprovalRule {
  const rule = parseRule(text, answer, `--${answer}`);
  if (rule) return rule;
  throw new UserError('usage', `--${answer} does not take “${text}”.`, {
    next: 'Write edit, run, edit(GLOB) or run(COMMAND).',
  });
}

function agentSurface(flags: AgentFlags): { options: RunOptions; surface: RunSurface } {
  const yes = standingYes(flags.yes);
  if (!yes) {
    throw new UserError('usage', `--yes does not take “${String(flags.yes)}”.`, {
      next: 'Write --yes for everything, or --yes=edit, --yes=run, --yes=edit,run.',
    });
  }
  const json = flags.json ?? false;
  // Answers may also be piped in; where the input ends, the answer is no.
  const canAsk = process.stdin.isTTY || !json;
  return {
    options: {
      ...flags,
      yes,
      rules: (['allow', 'ask', 'deny'] as const).flatMap((answer) =>
        flags[answer].map((text) => ruleOrError(text, answer)),
      ),
      json,
      timeLimitSeconds: flags.timeLimit,
      commandTimeoutSeconds: flags.commandTimeout,
    },
    surface: {
      write: (text) => void process.stdout.write(text),
      colours: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
      prompter: canAsk ? createPrompter(process.stdin, process.stderr) : undefined,
    },
  };
}

/** What a model's profile says about tool calls; a family's name stands for its first model. */
function profileNamed(name: string): ReturnType<typeof profileOfEntry> | undefined {
  const entry = findModel(name) ?? catalogue.find((candidate) => profileOfEntry(candidate).family === name);
  return entry && profileOfEntry(entry);
}

/** The version of the package whose `dist` this bundle lies in. */
function packageVersion(dist: string): string {
  const text = readFileSync(path.join(dist, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
