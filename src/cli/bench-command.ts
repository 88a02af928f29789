import path from 'node:path';
import { type Command, Option } from 'commander';
import { UserError } from '../base/errors';
import type { AgentResultLine } from '../bench/agent-bench';
import { agentParts, type BenchPackage, type BenchTask } from '../bench/agent-tasks';
import { benchContext } from '../bench/context-bench';
import { benchContextLines, formatLinesReport } from '../bench/context-lines';
import { contextReport, formatContextReport } from '../bench/context-report';
import { benchEngine } from '../bench/engine-bench';
import { benchFim, type FimItem, type FimOrder, fimOrders, type FimResult } from '../bench/fim-bench';
import { fimReport, formatFimReport } from '../bench/fim-report';
import { formatHostWork, hostWork } from '../bench/host-work';
import { keptResults } from '../bench/kept-results';
import type { KillResult } from '../bench/kills-bench';
import { benchParse, formatParseReport } from '../bench/parse-bench';
import { benchIndex, benchWorkspace, formatIndexReport } from '../bench/index-bench';
import { benchIndexKills, formatIndexKills } from '../bench/index-kills';
import { seededRandom } from '../bench/parse-fuzz';
import type { ChunkingCase } from '../bench/parse-chunkings';
import { benchPrefix, formatPrefixFigures } from '../bench/prefix-bench';
import { benchResources, formatResourcesFigure } from '../bench/resources-bench';
import { heldOutRequests, toolRequests } from '../bench/toolcall-requests';
import { benchToolcalls, formatToolcallReport } from '../bench/toolcall-bench';
import { benchTyping, type TypingResult } from '../bench/typing-bench';
import type { Typist } from '../bench/typing-play';
import { ownTypist } from '../bench/typing-own';
import { type PeerServer, peerTypist, startPeer } from '../bench/typing-peer';
import { formatTypingFigures, typingFigures } from '../bench/typing-report';
import type { TypingSession } from '../bench/typing-session';
import { benchUndo, formatUndoReport } from '../bench/undo-bench';
import type { LanguageModel } from '../model/language-model';
import { microJobs } from '../model/profile';
import { dialectNames } from '../toolcall/dialects';
import { normaliseTools } from '../toolcall/tools';
import type { SyntaxService } from '../syntax/syntax-service';
import type { DialectName, ToolCallParserOptions } from '../toolcall/types';
import { systemClock } from '../node/clock';
import { killsCommand } from './bench-kills';
import { agentCommand, microCommand } from './bench-agent';
import { remoteCommand } from './bench-remote';
import { type Core, type WithCore, resolveOption } from './compose';
import { indexReady } from './context-command';
import { readLines } from './json-lines';
import { exitCode } from './output-port';
import { positive, whole } from './option-values';

interface BenchFlags {
  model?: string;
  runs?: number;
  fuzz?: number;
  chunkings?: number;
  dialect?: DialectName;
  grammar: boolean;
  every?: number;
  names?: number;
  lines?: number;
  budget?: number;
  threads?: number;
  methods?: string;
  files?: string;
  kills?: number;
  heldOut: boolean;
  runTests: boolean;
  json: boolean;
  part?: string;
  items?: string;
  out?: string;
  peer?: string;
  order?: FimOrder;
}

/** What a benchmark is given. `dist` holds the built bundles; the data lies in the checkout around it. */
interface BenchSetting {
  flags: BenchFlags;
  core: Core;
  dist: string;
  write: (line: string) => void;
  signal: AbortSignal;
}

/** `thimble bench NAME`: measures, in a checkout. */
export function addBenchCommand(
  program: Command,
  withCore: WithCore,
  dist: string,
  signal: AbortSignal,
): void {
  program
    .command('bench <name>')
    .description(`measure: ${Object.keys(benchmarks).join(', ')}`)
    .option('--model <name>', 'name of the catalogue, path of a GGUF file, or remote:[URL[/MODEL]]')
    .option('--threads <n>', 'threads of the engine', positive)
    .option('--runs <n>', 'engine, prefix, remote: runs of each side; undo: tasks; kills: kills', positive)
    .option('--fuzz <cases>', 'parse: random messages to try', whole)
    .option('--chunkings <n>', 'parse: ways to cut each message of the test suite', positive)
    .addOption(new Option('--dialect <name>', 'toolcalls: how calls are spelled').choices(dialectNames))
    .option('--no-grammar', 'toolcalls: sample freely throughout')
    .option('--every <n>', 'fim, typing, toolcalls, agent, micro: only every n-th item', positive)
    .option('--names <n>', 'context: names of each kind that are asked in each repository', positive)
    .option('--lines <n>', 'context: have the model write so many lines', positive)
    .option('--files <counts>', 'index: files of the workspaces, with commas')
    .option('--kills <n>', 'index: kill it while it is made, so many times', positive)
    .option('--budget <tokens>', 'context: tokens of context for those lines', positive)
    .option(
      '--methods <names>',
      'context: with --lines only these, with commas; none and definition among them',
    )
    .option('--held-out', 'toolcalls: the requests that no rule was written with', false)
    .addOption(new Option('--order <name>', 'fim: only this order of the prompt').choices(fimOrders))
    .option('--run-tests', 'fim: run the programs that come out as well', false)
    .addOption(
      new Option('--part <name>', 'agent, micro: only this part').choices([...agentParts, ...microJobs]),
    )
    .option('--items <ids>', 'agent, micro: only these tasks, with commas')
    .option('--out <file>', 'agent, micro, fim, typing, kills: keeps results, and goes on from those there')
    .option('--peer <python>', 'typing: a Python with the package xllamacpp, whose server is played beside')
    .option('--json', 'one JSON object a line instead of text', false)
    .action((name: string, flags: BenchFlags) =>
      withCore((core) => {
        const run = benchmarks[name];
        if (!run) {
          throw new UserError('usage', `There is no benchmark “${name}”.`, {
            next: `There are ${Object.keys(benchmarks).join(', ')}.`,
          });
        }
        const write = (line: string): void => void process.stdout.write(`${line}\n`);
        return run({ flags, core, dist, write, signal });
      }),
    );
}

const benchmarks: Record<string, (setting: BenchSetting) => Promise<number>> = {
  resources: async ({ flags, core, dist, write, signal }) => {
    // Without a model named: all of the catalogue that are here.
    const stored = (await core.models.list()).filter(({ present }) => present).map((model) => model.path);
    const named = flags.model === undefined ? stored : [(await resolveOption(flags, core.models)).modelPath];
    const figures = await benchResources(
      {
        modelPaths: named,
        enginePath: path.join(dist, 'engine.mjs'),
        contexts: [2048, 8192, 16_384],
        kvTypes: ['f16', 'q8_0'],
      },
      (figure) => write(flags.json ? JSON.stringify(figure) : formatResourcesFigure(figure)),
      signal,
    );
    const worst = Math.max(...figures.map(({ ratio }) => Math.abs(ratio - 1)));
    if (!flags.json) write(`furthest off: ${Math.round(worst * 100)} %`);
    return figures.length > 0 && worst <= 0.1 ? exitCode.done : exitCode.failed;
  },

  context: async (setting) => {
    const { flags, core, dist, write, signal } = setting;
    const indexed = async (folder: string): Promise<SyntaxService> => {
      const syntax = core.indexed(folder);
      await indexReady(syntax, systemClock, signal);
      return syntax;
    };
    const folder = path.join(core.home, 'bench', 'context');
    if (flags.lines !== undefined) {
      const model = await loadFor(setting, { chat: false, completion: true });
      const methods = flags.methods?.split(',') ?? ['none', 'repository map', 'Thimble', 'definition'];
      const { json, lines, budget = 512 } = flags;
      const options = { lines, budget, methods, folder, dist, json, write };
      const results = await benchContextLines(options, model, indexed, signal);
      if (!json) write(formatLinesReport(results));
      return exitCode.done;
    }
    const results = await benchContext(
      {
        perSplit: flags.names ?? 40,
        folder,
        dist,
        json: flags.json,
        write,
      },
      { indexed },
      signal,
    );
    const rows = contextReport(results);
    if (flags.json) for (const row of rows) write(JSON.stringify(row));
    else write(formatContextReport(rows));
    return exitCode.done;
  },

  index: async ({ flags, core, dist, write, signal }) => {
    const folder = path.join(core.home, 'bench', 'context');
    if (flags.kills !== undefined) {
      const workspace = await benchWorkspace(300, { folder, dist });
      const kills = await benchIndexKills(
        { kills: flags.kills, folder: workspace, home: folder, dist, random: seededRandom(1) },
        (kill) => {
          if (flags.json) write(JSON.stringify(kill));
        },
        signal,
      );
      if (!flags.json) write(formatIndexKills(kills));
      return kills.some(({ wrong }) => wrong.length > 0) ? exitCode.failed : exitCode.done;
    }
    const sizes = (flags.files ?? '1000,10000').split(',').map(Number);
    const all = await benchIndex(
      { sizes, folder, dist },
      (figures) => {
        if (flags.json) write(JSON.stringify(figures));
      },
      signal,
    );
    if (!flags.json) write(formatIndexReport(all));
    return exitCode.done;
  },

  engine: async ({ flags, core, dist, write }) => {
    const { modelPath } = await resolveOption(flags, core.models);
    await benchEngine({
      modelPath,
      enginePath: path.join(dist, 'engine.mjs'),
      json: flags.json,
      write,
      ...(flags.runs === undefined ? {} : { runs: flags.runs }),
    });
    return exitCode.done;
  },

  parse: async ({ flags, dist, write }) => {
    const count = flags.chunkings;
    const report = await benchParse({
      fuzz: flags.fuzz ?? 0,
      compare: true,
      ...(count === undefined ? {} : { chunkings: { cases: await parseCases(dist), count } }),
    });
    write(flags.json ? JSON.stringify(report) : formatParseReport(report));
    const failures = [...(report.fuzz?.failures ?? []), ...(report.chunkings?.failures ?? [])];
    return failures.length > 0 ? exitCode.failed : exitCode.done;
  },

  prefix: async ({ flags, core, dist, write, signal }) => {
    const { profile, modelPath } = await resolveOption(flags, core.models);
    const enginePath = path.join(dist, 'engine.mjs');
    const figures = await benchPrefix({ enginePath, modelPath, profile, runs: flags.runs ?? 3 }, signal);
    if (flags.json) for (const figure of figures) write(JSON.stringify(figure));
    else write(formatPrefixFigures(figures));
    return exitCode.done;
  },

  kills: async (setting) =>
    killsCommand(setting.flags, { ...setting, ...(await resultsFile<KillResult>(setting)) }),

  remote: ({ flags, ...setting }) => remoteCommand(flags, setting),

  undo: async ({ flags, core, write }) => {
    const options = { count: flags.runs ?? 500, seed: 1, syntax: core.syntax };
    const report = await benchUndo(options);
    const stopped = await benchUndo({ ...options, count: Math.ceil(options.count / 5), stop: true });
    write(flags.json ? JSON.stringify({ undone: report, stopped }) : formatUndoReport(report));
    if (!flags.json) write(`Stopped at random moments: ${formatUndoReport(stopped)}`);
    return report.failures.length + stopped.failures.length > 0 ? exitCode.failed : exitCode.done;
  },

  toolcalls: async (setting) => {
    const { flags, core, dist, write, signal } = setting;
    const model = await loadFor(setting, { chat: true, completion: false });
    const samples = path.join(dist, '..', 'test', 'workspaces');
    const report = await benchToolcalls(
      {
        dialect: flags.dialect ?? model.profile.dialect,
        grammar: flags.grammar,
        json: flags.json,
        write,
        ...(flags.every === undefined ? {} : { every: flags.every }),
      },
      (sample) => core.agentPorts(model, path.join(samples, sample), () => Promise.resolve({ answer: 'no' })),
      signal,
      flags.heldOut ? heldOutRequests : toolRequests,
    );
    write(flags.json ? JSON.stringify(report) : formatToolcallReport(report));
    return exitCode.done;
  },

  agent: async (setting) =>
    agentCommand(
      await taskSetting(setting),
      await readLines<BenchTask>(benchData(setting.dist, 'agent-tasks.jsonl')),
    ),

  micro: async (setting) => microCommand(await taskSetting(setting)),

  typing,

  fim: async (setting) => {
    const { flags, dist, write, signal } = setting;
    const items = await readLines<FimItem>(benchData(dist, 'fim-lines.jsonl'));
    const model = await loadFor(setting, { chat: false, completion: true });
    const results = await benchFim(
      {
        runTests: flags.runTests,
        orders: flags.order ? [flags.order] : fimOrders,
        ...(await resultsFile<FimResult>(setting)),
        ...(flags.every === undefined ? {} : { every: flags.every }),
      },
      model,
      items,
      signal,
    );
    const report = fimReport(results);
    write(flags.json ? JSON.stringify(report) : formatFimReport(report));
    return exitCode.done;
  },
};

/** Sessions on Thimble with an idle agent and a busy one, and on the peer where one is given. */
async function typing(setting: BenchSetting): Promise<number> {
  const { flags, core, dist, write, signal } = setting;
  const sessions = await readLines<TypingSession>(benchData(dist, 'typing-sessions.jsonl'));
  const model = await loadFor(setting, { chat: true, completion: true });
  const own = (): Typist => ownTypist(model, core.supervisor, (line) => process.stderr.write(`${line}\n`));
  let peer: PeerServer | undefined;
  try {
    if (flags.peer !== undefined) {
      const { modelPath } = await resolveOption(flags, core.models);
      const script = path.join(dist, '..', 'test', 'support', 'llama-server.py');
      peer = await startPeer(flags.peer, { script, modelPath, threads: flags.threads });
    }
    const results = await benchTyping(
      { ...(await resultsFile<TypingResult>(setting)), every: flags.every ?? 1 },
      model,
      { idle: own(), ...(peer ? { peer: peerTypist(peer) } : {}), busy: own() },
      sessions,
      signal,
    );
    const figures = typingFigures(results);
    const work = await hostWork();
    write(flags.json ? JSON.stringify({ figures, work }) : formatTypingFigures(figures));
    if (!flags.json) write(formatHostWork(work));
    return exitCode.done;
  } finally {
    await peer?.stop();
  }
}

/** The results that `--out` holds already, and where new ones go. */
async function resultsFile<T>({ flags, write }: BenchSetting): Promise<{
  known: T[];
  keep: (result: T) => Promise<void>;
}> {
  const { out, json } = flags;
  const file = out === undefined ? undefined : await keptResults<T>(out);
  return {
    known: file?.known ?? [],
    keep: async (result) => {
      await file?.keep([result]);
      if (json) write(JSON.stringify(result));
    },
  };
}

/** What the benches of tasks go by. */
async function taskSetting(setting: BenchSetting): Promise<Parameters<typeof microCommand>[0]> {
  return {
    ...setting,
    ...(await resultsFile<AgentResultLine>(setting)),
    model: await loadFor(setting, { chat: true, completion: false }),
    packages: await readLines<BenchPackage>(benchData(setting.dist, 'agent-packages.jsonl')),
  };
}

function loadFor(
  { flags: { model, threads }, core, signal }: BenchSetting,
  lanes: { chat: boolean; completion: boolean },
): Promise<LanguageModel> {
  const options = {
    ...(model === undefined ? {} : { model }),
    ...(threads === undefined ? {} : { threads }),
  };
  return core.loadModel(options, lanes, signal);
}

/** The messages of public parsers' test suites. */
async function parseCases(dist: string): Promise<ChunkingCase[]> {
  const file = path.join(dist, '..', 'test', 'fixtures', 'toolcalls', 'cases.jsonl');
  const lines = await readLines<ToolCallParserOptions & { id: string; input: string }>(file);
  return lines.map(({ id, input, dialect, tools, think }) => ({
    id,
    input,
    options: { dialect, tools: normaliseTools(tools), think },
  }));
}

function benchData(dist: string, name: string): string {
  return path.join(dist, '..', 'test', 'fixtures', 'bench', name);
}
