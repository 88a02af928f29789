import type { GenerateEvent, LanguageModel } from '../model/language-model';
import { profiles } from '../model/profiles';

/** A model that says what it is told to, for measuring the program without one. */
export function scriptedModel(replies: readonly string[]): LanguageModel {
  const profile = profiles['qwen2.5-coder'];
  const opener = '<function';
  let next = 0;
  return {
    name: 'scripted',
    profile,
    contextSize: () => profile.contextSize,
    countTokens: (texts) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4))),
    generate: async function* (request, signal): AsyncGenerator<GenerateEvent> {
      await Promise.resolve();
      // Short answers under a grammar are the program's own questions.
      const isAsked = request.maxTokens <= 2;
      const reply = isAsked ? 'yes' : (replies[next++] ?? 'Done.');
      const last = request.prompt.at(-1);
      const opened = last?.text.endsWith(opener) === true && reply.startsWith(opener);
      if (!signal.aborted)
        yield { type: 'text', text: opened ? reply.slice(opener.length) : reply, tokens: 1 };
      yield {
        type: 'done',
        reason: signal.aborted ? 'cancelled' : 'end',
        stats: {
          promptTokens: 1,
          cachedTokens: 0,
          uncachedTokens: 1,
          generatedTokens: 1,
          promptMs: 0,
          firstTokenMs: 0,
          totalMs: 0,
          contextSize: profile.contextSize,
        },
      };
    },
  };
}
