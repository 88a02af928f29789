/**
 * `thimble bench remote`: many editors at once against one server, which writes words at a steady pace. What counts is
 * whether each stream is whole and its own, and what the client costs beside the least that a client can do.
 */
import { performance } from 'node:perf_hooks';
import type { LanguageModel } from '../model/language-model';
import { parseRemoteSpec } from '../model/remote/address';
import { connectRemote } from '../model/remote/remote-model';
import { systemClock } from '../node/clock';
import { renderChat } from '../prompt/chat-template';
import { median, percentile } from './engine-figures';

export interface RemoteBenchOptions {
  url: string;
  editors: number;
  /** Requests of each editor in each of the runs, which go in turns: plain, Thimble, plain, … */
  requests: number;
  runs: number;
  /** Time over which the editors begin, in milliseconds: fifty people do not press a key in the same one. */
  spreadMs: number;
  /** The words that the server answers a request with. */
  wordsOf: (name: string) => string[];
  /** The least that a client can do: the raw text of the answer. */
  plainRequest: (url: string, body: object) => Promise<string>;
}

export interface RemoteFigures {
  editors: number;
  requests: number;
  /** Answers that were not exactly what the server wrote for them. */
  wrong: number;
  /** Milliseconds of a request from its sending to its end. */
  own: { median: number; p95: number };
  plain: { median: number; p95: number };
  /** Mean of Thimble's requests less the mean of the plain ones, in milliseconds: the median over the runs. */
  overheadMs: number;
  /** The process's own time for a request, both sides, in milliseconds. */
  processorMs: { own: number; plain: number };
}

interface Side {
  times: number[];
  processorMs: number;
  wrong: number;
}

/** Rejects with a `UserError` when the server cannot be reached. */
export async function benchRemote(options: RemoteBenchOptions, signal: AbortSignal): Promise<RemoteFigures> {
  const { url, editors, wordsOf } = options;
  const models = await Promise.all(
    Array.from({ length: editors }, () =>
      connectRemote(
        {
          address: parseRemoteSpec(`remote:${url}`),
          key: undefined,
          clock: systemClock,
          review: () => Promise.resolve(true),
        },
        signal,
      ),
    ),
  );
  const isOwn = async (editor: number, name: string): Promise<boolean> => {
    const model = models[editor];
    return model !== undefined && (await answerOf(model, name, signal)) === wordsOf(name).join('');
  };
  const isPlain = async (_editor: number, name: string): Promise<boolean> => {
    const body = { model: 'qwen2.5-coder-7b', prompt: promptText(name), max_tokens: 1000, stream: true };
    const text = await options.plainRequest(url, body);
    return wordsOf(name).every((word) => text.includes(JSON.stringify(word)));
  };
  const sides: Record<'plain' | 'own', Side[]> = { plain: [], own: [] };
  // The first requests open the connections, which both sides then keep.
  await together(options, 'warm', isOwn);
  await together(options, 'warm', isPlain);
  for (let run = 0; run < options.runs; run++) {
    signal.throwIfAborted();
    sides.plain.push(await together(options, `p${run}`, isPlain));
    sides.own.push(await together(options, `t${run}`, isOwn));
  }
  return figuresOf(options, sides);
}

/** All editors at once, each with its requests one after the other. */
async function together(
  { editors, requests, spreadMs }: RemoteBenchOptions,
  run: string,
  ask: (editor: number, name: string) => Promise<boolean>,
): Promise<Side> {
  const side: Side = { times: [], processorMs: 0, wrong: 0 };
  const before = process.cpuUsage();
  const work = async (editor: number): Promise<void> => {
    await systemClock.sleep((editor / editors) * spreadMs);
    for (let request = 0; request < requests; request++) {
      const started = performance.now();
      if (!(await ask(editor, `${run}-${editor}-${request}`))) side.wrong++;
      side.times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: editors }, (_, editor) => work(editor)));
  const { user, system } = process.cpuUsage(before);
  side.processorMs = (user + system) / 1000 / side.times.length;
  return side;
}

async function answerOf(model: LanguageModel, name: string, signal: AbortSignal): Promise<string> {
  const prompt = renderChat('chatml', [{ role: 'user', content: promptText(name) }]);
  let text = '';
  const events = model.generate(
    { lane: 'chat', prompt, maxTokens: 1000, sampling: { temperature: 0 } },
    signal,
  );
  for await (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'failed') return event.error.happened;
  }
  return text;
}

function promptText(name: string): string {
  return `Answer the request ${name}.`;
}

function figuresOf(
  { editors }: RemoteBenchOptions,
  { own, plain }: Record<'plain' | 'own', Side[]>,
): RemoteFigures {
  const timesOf = (sides: readonly Side[]): number[] => sides.flatMap(({ times }) => times);
  const summary = (sides: readonly Side[]): { median: number; p95: number } => ({
    median: median(timesOf(sides)),
    p95: percentile(timesOf(sides), 0.95),
  });
  return {
    editors,
    requests: timesOf(own).length,
    wrong: [...own, ...plain].reduce((sum, side) => sum + side.wrong, 0),
    own: summary(own),
    plain: summary(plain),
    overheadMs: median(own.map(({ times }, run) => mean(times) - mean(plain[run]?.times ?? []))),
    processorMs: {
      own: median(own.map((side) => side.processorMs)),
      plain: median(plain.map((side) => side.processorMs)),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The figures for a person. */
export function formatRemoteFigures(figures: RemoteFigures): string {
  const { editors, requests, wrong, own, plain, overheadMs, processorMs } = figures;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return [
    `${editors} editors at once, ${requests} requests through Thimble: ${wrong} streams lost or mixed`,
    `a request, median / 95 %: ${ms(own.median)} / ${ms(own.p95)}; plain ${ms(plain.median)} / ${ms(plain.p95)}`,
    `overhead of the client: ${ms(overheadMs)} a request; processor ${ms(processorMs.own)}, plain ${ms(processorMs.plain)}`,
  ].join('\n');
}
