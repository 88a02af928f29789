import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../base/errors';
import type { Clock } from '../base/ports';
import { createCompleter } from '../completion/completer';
import { type ContextProvider, createContextProvider } from '../context/context-provider';
import type { LanguageModel } from '../model/language-model';
import { estimateTokens } from '../model/token-estimate';
import { systemClock } from '../node/clock';
import { completionContextTokens } from '../prompt/fill-in-the-middle';
import { languageIdOf } from '../syntax/languages';
import type { Core } from './compose';
import { indexReady } from './context-command';
import { type CommandStreams, serveJsonLines } from './json-lines';

const text = (name: string): v.GenericSchema<unknown, string> => v.string(`“${name}” must be a string.`);

const requestSchema = v.object(
  {
    path: v.optional(text('path'), 'untitled'),
    prefix: text('prefix'),
    suffix: v.optional(text('suffix'), ''),
  },
  // Of the object itself, of which only a missing member can be wrong.
  'A request needs “prefix”, a string.',
);

/** How long a folder's index is waited for at the start, and for one answer. Milliseconds. */
const startMs = 10_000;
const answerMs = 1000;

/** Code of other files of a folder. Waits for its index a while: small folders give the same answers each time. */
export async function folderContext(
  core: Pick<Core, 'indexed'>,
  folder: string,
  signal: AbortSignal,
): Promise<ContextProvider> {
  const syntax = core.indexed(path.resolve(folder));
  const stop = new AbortController();
  await Promise.race([
    indexReady(syntax, systemClock, AbortSignal.any([signal, stop.signal])).catch(() => undefined),
    systemClock.sleep(startMs, AbortSignal.any([signal, stop.signal])),
  ]);
  stop.abort();
  return createContextProvider({
    syntax,
    countTokens: estimateTokens,
    budget: completionContextTokens,
    limit: () => systemClock.sleep(answerMs),
  });
}

/** `thimble complete`: completions over JSON lines, for editors without an extension, scripts and benchmarks. */
export async function completeCommand(
  streams: CommandStreams,
  ports: { model: LanguageModel; clock: Clock; context?: ContextProvider },
  options: { raw: boolean; singleLine: boolean },
  signal: AbortSignal,
): Promise<void> {
  const completer = createCompleter(ports);
  await serveJsonLines(streams, async (request) => {
    const parsed = v.safeParse(requestSchema, request);
    if (!parsed.success) throw new UserError('bad-request', parsed.issues[0].message);
    const { path: file, prefix, suffix } = parsed.output;
    const languageId = languageIdOf(file);
    const source = { path: file, languageId, text: prefix + suffix };
    const context = (await ports.context?.at({ file: source, offset: prefix.length })) ?? [];
    const result = await completer.complete(
      {
        path: file,
        languageId,
        context,
        prefix,
        suffix,
        raw: options.raw,
        ...(options.singleLine ? { singleLine: true } : {}),
      },
      signal,
    );
    return {
      text: result.text,
      tokens: result.tokens,
      uncached_tokens: result.uncachedTokens,
      cached_tokens: result.cachedTokens,
      first_token_ms: result.firstTokenMs,
      total_ms: result.totalMs,
      shown: result.shown,
      reason: result.reason,
    };
  });
}
