import * as v from 'valibot';
import { UserError } from '../base/errors';
import type { Clock } from '../base/ports';
import { createCompleter } from '../completion/completer';
import type { LanguageModel } from '../model/language-model';
import { languageIdOf } from '../syntax/languages';
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

/** `thimble complete`: completions over JSON lines, for editors without an extension, scripts and benchmarks. */
export async function completeCommand(
  streams: CommandStreams,
  ports: { model: LanguageModel; clock: Clock },
  options: { raw: boolean; singleLine: boolean },
  signal: AbortSignal,
): Promise<void> {
  const completer = createCompleter(ports);
  await serveJsonLines(streams, async (request) => {
    const parsed = v.safeParse(requestSchema, request);
    if (!parsed.success) throw new UserError('bad-request', parsed.issues[0].message);
    const { path, prefix, suffix } = parsed.output;
    const result = await completer.complete(
      {
        path,
        languageId: languageIdOf(path),
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
