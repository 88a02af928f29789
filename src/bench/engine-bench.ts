/**
 * `thimble bench engine`: what the engine process costs over a plain program with the same library, weights and
 * threads, and how soon it is free after a cancel. The two never work at the same time: they would share the
 * memory's bandwidth.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { UserError } from '../base/errors';
import { startEngine, type EngineClient } from '../model/engine-client';
import type { GenerateParams } from '../protocol/engine';
import { openedGrammar, toolCallGrammar } from '../toolcall/grammar';
import { renderCall } from '../toolcall/render';
import { codePrompt, median, percentile } from './engine-figures';
import type { PlainAnswer, PlainRequest } from './engine-plain';

export interface EngineBenchOptions {
  modelPath: string;
  /** The engine's bundle; the plain program, `engine-plain.mjs`, lies beside it. */
  enginePath: string;
  /** Measurements of each kind, spread over eight starts of both programs; 32 by default. */
  runs?: number;
  /** Cancels in the middle of a prompt; 20 by default. */
  cancels?: number;
  json: boolean;
  write: (line: string) => void;
}

/** One figure; speeds in tokens a second, times in milliseconds. */
export interface EngineFigure {
  measure: 'decode' | 'decode-grammar' | 'prompt-patient' | 'prompt-interactive' | 'cancel';
  engine: number;
  /** The plain program's, or the engine's own without a grammar; undefined where there is nothing to compare. */
  plain?: number;
  /** Engine over plain: the median over the starts of both. */
  ratio?: number;
  runs: number;
}

const decodeTokens = 64;
/** About 500 and 2,000 tokens. */
const promptFunctions = 10;
const longPromptFunctions = 40;
const contextSize = 4096;
/**
 * Where a process's memory comes to lie makes it up to a seventh faster or slower for as long as it lives, so both are
 * started this many times for one measurement.
 */
const loads = 8;
const never = new AbortController().signal;

interface Speed {
  tokens: number;
  ms: number;
}

/** Measures and reports. Rejects with a `UserError` when the model does not load. */
export async function benchEngine(options: EngineBenchOptions): Promise<EngineFigure[]> {
  const { runs = 32, cancels = 20, json, write } = options;
  const collected = new Map<Compared, Pair[]>();
  let cancel = 0;
  let threads: number | undefined;
  const times = Math.min(loads, runs);
  for (let load = 0; load < times; load++) {
    const first = Math.floor((load * runs) / times);
    const after = Math.floor(((load + 1) * runs) / times);
    // Each is loaded first in every other one.
    threads = await withBoth(options, load % 2 === 0 ? undefined : threads, async (engine, plain) => {
      await warmUp(engine, plain);
      for (const [measure, ofEngine, ofPlain] of comparisons(engine, plain)) {
        const pair = await bestOf(first, after, ofEngine, ofPlain);
        collected.set(measure, [...(collected.get(measure) ?? []), pair]);
      }
      if (load === times - 1) cancel = await cancelTime(engine, cancels);
    });
  }
  const figures = [
    ...[...collected].map(([measure, pairs]) => figureOf(measure, pairs, runs)),
    { measure: 'cancel' as const, engine: cancel, runs: cancels },
  ];
  for (const figure of figures) write(json ? JSON.stringify(figure) : describe(figure));
  return figures;
}

/**
 * Starts both programs, loads the model into them, and ends them in any case. `threads` are known once an engine has
 * chosen them; until then it is loaded first. Resolves to their number.
 */
async function withBoth(
  { enginePath, modelPath }: EngineBenchOptions,
  threads: number | undefined,
  work: (engine: EngineClient, plain: AskPlain) => Promise<void>,
): Promise<number> {
  const plainPath = path.join(path.dirname(enginePath), 'engine-plain.mjs');
  // Which process is the older one makes a difference of its own, so the order of starting is that of loading.
  const early = threads === undefined ? undefined : startPlain(plainPath);
  const engine = startEngine({ enginePath });
  const plain = early ?? startPlain(plainPath);
  const load = async (): Promise<number> => {
    const params = { modelPath, lanes: { chat: contextSize }, gpuLayers: 0 };
    return (await engine.load(params, () => undefined, never)).threads;
  };
  try {
    const chosen = threads ?? (await load());
    await plain.ask({ type: 'load', modelPath, contextSize, threads: chosen });
    if (threads !== undefined) await load();
    await work(engine, plain.ask);
    return chosen;
  } finally {
    engine.kill();
    plain.child.kill('SIGKILL');
  }
}

/** Twelve tools, each with a path, a number that may be left out, and a text, which is what takes the time. */
const callGrammar = requireGrammar(
  toolCallGrammar(
    'qwen3-coder',
    Array.from({ length: 12 }, (_, index) => ({
      name: `write_part_${index}`,
      description: '',
      parameters: {
        type: 'object',
        properties: {
          path: { type: 'string' },
          line: { type: 'integer' },
          text: { type: 'string' },
        },
        required: ['path', 'text'],
      },
    })),
  ),
);

function requireGrammar<T>(grammar: T | undefined): T {
  if (grammar === undefined) throw new Error('twelve tools have a grammar');
  return grammar;
}

/**
 * A prompt at whose end a call is open, so that the grammar holds from the first token on. The call before it shows the
 * model how one is written, as the agent's prompt does.
 */
function callPrompt(run: number): string {
  const earlier = { name: 'write_part_0', arguments: { path: 'totals.py', text: codePrompt(run, 2) } };
  return `Each part is written to the file by one call.\n\n${renderCall('qwen3-coder', earlier)}\n\n${callGrammar.opener}`;
}

type Compared = Exclude<EngineFigure['measure'], 'cancel'>;

/** The best speeds of both since they were started. */
interface Pair {
  engine: number;
  plain: number;
}

type AskPlain = (request: PlainRequest) => Promise<Speed>;
type Measure = (run: number) => Promise<Speed>;

function comparisons(engine: EngineClient, plain: AskPlain): [Compared, Measure, Measure][] {
  // No prompt comes twice: the engine would find it in its cache.
  const prompt = (run: number): string => codePrompt(run, promptFunctions);
  const other = (run: number): string => codePrompt(run + 500, promptFunctions);
  return [
    [
      'decode',
      (run) => decode(engine, codePrompt(run, 1)),
      (run) => plain({ type: 'decode', prompt: codePrompt(run, 1), tokens: decodeTokens }),
    ],
    [
      'decode-grammar',
      (run) => decode(engine, callPrompt(run), openedGrammar(callGrammar)),
      // On another prompt: left alone inside a call, a model may end at once.
      (run) => decode(engine, codePrompt(run, 1)),
    ],
    [
      'prompt-patient',
      (run) => readPrompt(engine, prompt(run), 'patient'),
      (run) => plain({ type: 'prompt', prompt: prompt(run) }),
    ],
    [
      'prompt-interactive',
      (run) => readPrompt(engine, other(run), 'interactive'),
      (run) => plain({ type: 'prompt', prompt: other(run) }),
    ],
  ];
}

/** The first run of a process asks for memory, and the first grammar for the vocabulary, which the later ones find ready. */
async function warmUp(engine: EngineClient, plain: AskPlain): Promise<void> {
  for (const [measure, ofEngine, ofPlain] of comparisons(engine, plain)) {
    if (!measure.startsWith('decode')) continue;
    await ofEngine(1000);
    await ofPlain(1000);
  }
}

/**
 * The runs from `first` up to, and without, `after`. Of each side the fastest counts, since nothing but other work on the
 * machine makes one of the same process slower than another.
 */
async function bestOf(first: number, after: number, ofEngine: Measure, ofPlain: Measure): Promise<Pair> {
  const best: Pair = { engine: 0, plain: 0 };
  const measured = async (side: keyof Pair, run: number): Promise<void> => {
    const speed = perSecond(await (side === 'engine' ? ofEngine : ofPlain)(run));
    best[side] = Math.max(best[side], speed);
  };
  for (let run = first; run < after; run++) {
    // Each goes first in every other run, so that neither gains from the machine growing slower or faster.
    const order = run % 2 === 0 ? (['engine', 'plain'] as const) : (['plain', 'engine'] as const);
    for (const side of order) await measured(side, run);
  }
  return best;
}

function figureOf(measure: Compared, pairs: readonly Pair[], runs: number): EngineFigure {
  return {
    measure,
    engine: median(pairs.map((pair) => pair.engine)),
    plain: median(pairs.map((pair) => pair.plain)),
    ratio: median(pairs.map((pair) => pair.engine / pair.plain)),
    runs,
  };
}

function request(text: string, more: Partial<GenerateParams>): Omit<GenerateParams, 'id'> {
  return { lane: 'chat', prompt: [{ text }], maxTokens: 0, sampling: { temperature: 0 }, ...more };
}

/** Timed here and not in the engine, so that the way through IPC counts. */
async function decode(engine: EngineClient, text: string, grammar?: string): Promise<Speed> {
  let first: number | undefined;
  const { stats } = await engine.generate(
    request(text, { maxTokens: decodeTokens, ...(grammar === undefined ? {} : { grammar }) }),
    (news) => {
      if (news.type === 'text') first ??= performance.now();
    },
    never,
  );
  return { tokens: stats.generatedTokens - 1, ms: performance.now() - (first ?? Number.NaN) };
}

async function readPrompt(
  engine: EngineClient,
  text: string,
  responsiveness: NonNullable<GenerateParams['responsiveness']>,
): Promise<Speed> {
  const started = performance.now();
  const { stats } = await engine.generate(request(text, { responsiveness }), () => undefined, never);
  return { tokens: stats.uncachedTokens, ms: performance.now() - started };
}

/** The time within which 95 % of cancels in the middle of a long prompt leave the engine idle. */
async function cancelTime(engine: EngineClient, cancels: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < cancels; run++) {
    const abort = new AbortController();
    let cancelled = Number.NaN;
    // Golden-ratio steps spread the moments evenly over the time of a few chunks.
    const delay = 500 + ((run * 0.618034) % 1) * 1000;
    const timer = setTimeout(() => {
      cancelled = performance.now();
      abort.abort();
    }, delay);
    const text = codePrompt(1000 + run, longPromptFunctions);
    await engine.generate(request(text, { responsiveness: 'interactive' }), () => undefined, abort.signal);
    clearTimeout(timer);
    while ((await engine.status()).active.chat > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // A machine fast enough to read the whole prompt before the cancel has nothing to wait for.
    times.push(Number.isNaN(cancelled) ? 0 : performance.now() - cancelled);
  }
  return percentile(times, 0.95);
}

function startPlain(script: string): { child: ChildProcess; ask: AskPlain } {
  const child = fork(script, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const ask: AskPlain = (question) =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(failed('its process ended'));
      child.once('exit', onExit);
      child.once('message', (answer: PlainAnswer) => {
        child.off('exit', onExit);
        if ('error' in answer) reject(failed(answer.error));
        else resolve(answer);
      });
      child.send(question);
    });
  return { child, ask };
}

function failed(why: string): UserError {
  return new UserError('bench-plain-failed', `The program to compare with did not run: ${why}.`);
}

function perSecond({ tokens, ms }: Speed): number {
  return (tokens * 1000) / ms;
}

function describe({ measure, engine, plain, ratio, runs }: EngineFigure): string {
  if (plain === undefined || ratio === undefined) {
    return `${measure}: idle within ${engine.toFixed(0)} ms in 95 % of ${runs} cancels`;
  }
  return `${measure}: ${engine.toFixed(1)} tokens/s, ${measure === 'decode-grammar' ? 'free' : 'plain'} ${plain.toFixed(1)}, ratio ${(ratio * 100).toFixed(1)} % (${runs} runs, the median of their starts)`;
}
