/**
 * `thimble bench typing`: typing sessions in real time against the real scheduler, with an idle agent and a busy one,
 * and beside it, in turns and on the same weights, another program (`typing-peer.ts`).
 */
import type { LanguageModel } from '../model/language-model';
import { renderChat } from '../prompt/chat-template';
import { codePrompt } from './engine-figures';
import { type KeyResult, play, type Typist } from './typing-play';
import type { TypingSession } from './typing-session';

/** Who makes the suggestions: Thimble, Thimble while its agent works, or the other program. */
export type TypingSide = 'idle' | 'busy' | 'peer';

/** What came of one session. */
export interface TypingResult {
  side: TypingSide;
  model: string;
  session: string;
  keys: KeyResult[];
  /** Of the process that computes; left out where it cannot be read, and with a busy agent. */
  processorMs?: number;
}

export interface TypingOptions {
  every?: number;
  known: readonly TypingResult[];
  keep: (result: TypingResult) => Promise<void>;
}

/** Plays each session on each side. */
export async function benchTyping(
  options: TypingOptions,
  model: LanguageModel,
  typists: Partial<Record<TypingSide, Typist>>,
  sessions: readonly TypingSession[],
  signal: AbortSignal,
): Promise<TypingResult[]> {
  const results: TypingResult[] = [];
  for (const session of sessions.filter((_, index) => index % (options.every ?? 1) === 0)) {
    for (const [side, typist] of Object.entries(typists) as [TypingSide, Typist][]) {
      const known = options.known.find(
        (result) => result.side === side && result.model === model.name && result.session === session.id,
      );
      const result = known ?? (await playOn({ side, typist, model, session }, signal));
      if (!known) await options.keep(result);
      results.push(result);
    }
  }
  return results;
}

async function playOn(
  {
    side,
    typist,
    model,
    session,
  }: { side: TypingSide; typist: Typist; model: LanguageModel; session: TypingSession },
  signal: AbortSignal,
): Promise<TypingResult> {
  const stop = new AbortController();
  const work = side === 'busy' ? agentWork(model, AbortSignal.any([signal, stop.signal])) : undefined;
  const before = typist.processorMs();
  const keys = await play(session, typist, signal);
  const after = typist.processorMs();
  stop.abort();
  await work;
  const isMeasured = side !== 'busy' && before !== undefined && after !== undefined;
  return {
    side,
    model: model.name,
    session: session.id,
    keys,
    ...(isMeasured ? { processorMs: after - before } : {}),
  };
}

/** Turns as an agent makes them, one after the other, until it is stopped. */
async function agentWork(model: LanguageModel, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    const prompt = renderChat(model.profile.template, [
      { role: 'user', content: `${codePrompt(turn, 10)}\nExplain what this code does.` },
    ]);
    const request = {
      lane: 'chat' as const,
      prompt,
      maxTokens: 150,
      sampling: { temperature: 0 },
      responsiveness: 'interactive' as const,
    };
    for await (const event of model.generate(request, signal)) if (event.type === 'failed') return;
  }
}
