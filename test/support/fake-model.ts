import type { GenerateEvent, GenerateRequest, LanguageModel } from '../../src/model/language-model';
import type { ModelProfile } from '../../src/model/profile';
import { yesOrNo } from '../../src/agent/tool-need';
import { promptText } from '../../src/prompt/chat-template';

export const testProfile: ModelProfile = {
  family: 'qwen2.5-coder',
  template: 'chatml',
  dialect: 'qwen3-coder',
  bareJsonCalls: true,
  fillInTheMiddle: {
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: 'suffix-first',
    repository: '<|repo_name|>',
    fileSeparator: '<|file_sep|>',
  },
  chatSampling: { temperature: 0 },
  contextSize: 8192,
  stop: ['<|im_end|>'],
  abilities: { complete: true, chat: true, edit: true },
};

/** A reply: its text, a text with figures, or a way to fail after some text. */
export type FakeReply =
  | string
  | { text: string; probabilities?: number[]; reason?: 'end' | 'stop' | 'length' }
  | { dies: string; retryable: boolean; code?: string };

/** A model that gives scripted replies and keeps every prompt that reached it. */
export interface FakeModel extends LanguageModel {
  prompts: string[];
  requests: GenerateRequest[];
}

export function fakeModel(
  replies: FakeReply[] | ((prompt: string, request: GenerateRequest) => FakeReply),
  profile: ModelProfile = testProfile,
): FakeModel {
  const prompts: string[] = [];
  const requests: GenerateRequest[] = [];
  let index = 0;
  return {
    name: 'fake',
    profile,
    prompts,
    requests,
    contextSize: () => profile.contextSize,
    countTokens: (texts) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4))),
    generate: (request, signal) => {
      // Asked whether a tool is needed, which costs no scripted reply and is kept out of the prompts.
      if (request.grammar === yesOrNo) return stream('yes', request, signal);
      const prompt = promptText(request.prompt);
      prompts.push(prompt);
      requests.push(request);
      const reply = typeof replies === 'function' ? replies(prompt, request) : replies[index++];
      if (reply === undefined) throw new Error(`no reply left for: ${prompt.slice(-300)}`);
      return stream(reply, request, signal);
    },
  };
}

const callOpener = '<function';

async function* stream(
  reply: FakeReply,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
  await Promise.resolve();
  const fullText = typeof reply === 'string' ? reply : 'dies' in reply ? reply.dies : reply.text;
  const stopAt = (request.stop ?? []).map((stop) => fullText.indexOf(stop)).filter((at) => at >= 0);
  const whole = stopAt.length > 0 ? fullText.slice(0, Math.min(...stopAt)) : fullText;
  // A scripted call is written whole; of one that the program has opened, only the rest is the model's.
  const opened = promptText(request.prompt).endsWith(callOpener) && whole.startsWith(callOpener);
  const text = opened ? whole.slice(callOpener.length) : whole;
  yield { type: 'progress', evaluated: 10, total: 10, cached: 0 };
  const probabilities =
    typeof reply === 'object' && 'probabilities' in reply ? reply.probabilities : undefined;
  let written = 0;
  for (let at = 0; at < text.length; at += 5) {
    if (signal.aborted) break;
    written++;
    yield {
      type: 'text',
      text: text.slice(at, at + 5),
      tokens: 1,
      ...(probabilities ? { probabilities: at === 0 ? probabilities : [] } : {}),
    };
    await Promise.resolve();
  }
  if (typeof reply === 'object' && 'dies' in reply) {
    yield {
      type: 'failed',
      retryable: reply.retryable,
      error: { code: reply.code ?? 'engine-died', happened: 'The engine died.' },
    };
    return;
  }
  const reason = signal.aborted
    ? 'cancelled'
    : typeof reply === 'object' && reply.reason
      ? reply.reason
      : stopAt.length > 0
        ? 'stop'
        : 'end';
  yield {
    type: 'done',
    reason,
    stats: {
      promptTokens: 10,
      cachedTokens: 4,
      uncachedTokens: 6,
      generatedTokens: written,
      promptMs: 5,
      firstTokenMs: 6,
      totalMs: 10,
      contextSize: 8192,
    },
  };
}
