import type { Usage } from '../protocol/agent';
import type { ChatMessage } from '../protocol/chat';
import type { GenerateParams, GenerateStats } from '../protocol/engine';
import { errorOf } from '../base/errors';
import { decodeSpeed } from '../model/decode-speed';
import { fitMessages } from '../prompt/fit-messages';
import { chatPieces, partsOf, sharedParts } from '../prompt/chat-template';
import { openedWithPinned } from './pinned';
import type { Run } from './ports';

export interface TurnRequest {
  messages: readonly ChatMessage[];
  /** The beginning of the answer, written by the program; not part of the result. */
  prefill?: string;
  maxTokens: number;
  stop?: readonly string[];
  grammar?: GenerateParams['grammar'];
  temperature?: number;
  /** Leaves out the user's instructions and pins, for a decision that they cannot change. */
  withoutInstructions?: boolean;
  /** Called with each piece of the answer. Answering false ends the turn there. */
  onText?: (delta: string) => boolean | undefined;
}

export interface TurnResult {
  text: string;
  /** `cut` when `onText` ended it. */
  reason: 'end' | 'stop' | 'length' | 'cut';
}

/** How often one turn is continued after the engine died: a crash loop, and every milder way of running after it. */
const maxRestarts = 8;
/** The same for a server whose connection breaks. */
const maxReconnects = 3;

/** The engine's code for a prompt that its context does not hold. */
const tooLong = 'prompt-too-long';

/** Tokens that the layout of a message takes beside its content. */
const layoutTokens = 6;

/**
 * One answer of the model. Progress and figures become events. When the engine dies on the way, the turn goes on
 * where it was: what had been written becomes the beginning of the repeated request. Throws `AbortError` when the
 * run is stopped and a `UserError` when the model cannot answer.
 */
export async function modelTurn(run: Run, request: TurnRequest): Promise<TurnResult> {
  const { model } = run.ports;
  let messages = await fitted(run, request);
  let refitted = false;
  const ending = new AbortController();
  const signal = AbortSignal.any([run.signal, ending.signal]);
  const seed = run.nextSeed();
  let text = '';
  let cut = false;

  for (let restarts = 0; ; restarts++) {
    const started = run.ports.clock.now();
    const pieces = chatPieces(model.profile.template, messages, (request.prefill ?? '') + text);
    run.emit({ type: 'prompt', pieces });
    const stream = model.generate(
      {
        lane: 'chat',
        prompt: partsOf(pieces),
        prefixParts: sharedParts(pieces),
        maxTokens: request.maxTokens,
        sampling: {
          ...model.profile.chatSampling,
          ...(run.task.temperature === undefined ? {} : { temperature: run.task.temperature }),
          ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
          seed,
        },
        stop: [...model.profile.stop, ...(request.stop ?? [])],
        ...(request.grammar === undefined ? {} : { grammar: request.grammar }),
        responsiveness: 'interactive',
      },
      signal,
    );
    let failed: string | undefined;
    for await (const event of stream) {
      if (event.type === 'progress') {
        run.emit({
          type: 'reading',
          evaluated: event.evaluated,
          total: event.total,
          msLeft: timeLeft(event, run.ports.clock.now() - started),
        });
      } else if (event.type === 'text') {
        text += event.text;
        if (!cut && request.onText?.(event.text) === false) {
          cut = true;
          ending.abort();
        }
      } else if (event.type === 'done') {
        run.emit({ type: 'usage', usage: usageOf(event.stats) });
        if (run.signal.aborted) run.signal.throwIfAborted();
        return { text, reason: cut || event.reason === 'cancelled' ? 'cut' : event.reason };
      } else {
        failed = event.error.code;
        const mayRefit = failed === tooLong && !refitted;
        const most = isRemote(failed) ? maxReconnects : maxRestarts;
        if (!mayRefit && (!event.retryable || restarts >= most)) throw errorOf(event.error);
      }
    }
    run.signal.throwIfAborted();
    if (failed === undefined) return { text, reason: 'end' };
    if (failed === tooLong) {
      // While the engine was away, tokens were estimated; now that it has answered, they are counted.
      refitted = true;
      messages = await fitted(run, request);
      continue;
    }
    const verb = continuation(failed);
    run.emit({
      type: 'step',
      step: { id: run.step(), tool: 'engine', verb, object: 'continuing', state: 'done' },
    });
  }
}

function isRemote(code: string): boolean {
  return code.startsWith('remote-');
}

/** What was done so that the turn can go on after an error with that code. */
function continuation(code: string): string {
  if (isRemote(code)) return 'Connected again';
  return code === 'engine-died' ? 'Engine restarted' : 'Another model took over';
}

/** Milliseconds left of reading the prompt, from the speed so far; null before there is any. */
function timeLeft(
  progress: { evaluated: number; total: number; cached: number },
  elapsedMs: number,
): number | null {
  const read = progress.evaluated - progress.cached;
  return read > 0 ? Math.round((elapsedMs / read) * (progress.total - progress.evaluated)) : null;
}

function usageOf(stats: GenerateStats): Usage {
  return {
    used: stats.promptTokens + stats.generatedTokens,
    written: stats.generatedTokens,
    cached: stats.cachedTokens,
    contextSize: stats.contextSize,
    tokensPerSecond: decodeSpeed(stats),
  };
}

/** The messages with the user's instructions behind the system prompt, where they are the same bytes in each turn. */
function withInstructions(run: Run, request: TurnRequest): readonly ChatMessage[] {
  const [system, ...others] = request.messages;
  if (run.instructions === undefined || request.withoutInstructions || system?.role !== 'system')
    return request.messages;
  return [system, { role: 'system', content: `\n${run.instructions}` }, ...others];
}

/**
 * The messages that fit beside the answer, opened with what the user has pinned, which stays when older messages go;
 * says so when something had to go.
 */
async function fitted(run: Run, request: TurnRequest): Promise<readonly ChatMessage[]> {
  const { model } = run.ports;
  const messages = withInstructions(run, request);
  const pinned = request.withoutInstructions ? [] : (run.pinned ?? []);
  const room = pinned.reduce((sum, { tokens }) => sum + tokens + layoutTokens, 0);
  const budget = model.contextSize('chat') - request.maxTokens - layoutTokens - room;
  const counts = await model.countTokens(messages.map((message) => message.content));
  const fit = fitMessages(
    messages,
    counts.map((count) => count + layoutTokens),
    budget,
  );
  if (fit.cut !== undefined) {
    run.emit({ type: 'notice', level: 'info', report: { code: 'context-full', happened: fit.cut } });
  }
  return openedWithPinned(fit.messages, pinned);
}
