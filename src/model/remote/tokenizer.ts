import * as v from 'valibot';
import { estimateTokens } from '../token-estimate';
import type { Patience, RemoteHttp } from './http';
import type { RemoteServer } from './server';

export interface RemoteTokenizer {
  /** By the server's own tokenizer where it offers one, else an estimate from characters. Never rejects. */
  count(texts: readonly string[]): Promise<number[]>;
}

const patience: Patience = { firstByteMs: 3000, stallMs: 3000, tries: 1 };
/** Counts that are remembered: a chat's messages come again with every turn. */
const maxRemembered = 500;

const answer = v.looseObject({
  count: v.optional(v.number()),
  tokens: v.optional(v.array(v.unknown())),
});

/** A server that has failed to count once is not asked again. */
export function createRemoteTokenizer(http: RemoteHttp, server: RemoteServer): RemoteTokenizer {
  let available = server.kind === 'llama.cpp' || server.kind === 'vllm';
  const known = new Map<string, number>();
  const ask = async (text: string): Promise<number> => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    if (!available || text === '') return estimateTokens(text);
    const body =
      server.kind === 'vllm'
        ? { model: server.model, prompt: text, add_special_tokens: false }
        : { content: text, add_special: false };
    try {
      const parsed = v.parse(
        answer,
        await http.json('/tokenize', body, patience, new AbortController().signal),
      );
      const tokens = parsed.count ?? parsed.tokens?.length;
      if (tokens === undefined) throw new TypeError('no count');
      if (known.size >= maxRemembered) known.clear();
      known.set(text, tokens);
      return tokens;
    } catch {
      available = false;
      return estimateTokens(text);
    }
  };
  return { count: (texts) => Promise.all(texts.map(ask)) };
}
