import type { Clock } from '../base/ports';
import type { LanguageModel } from '../model/language-model';
import type { FillInTheMiddleOrder } from '../model/profile';
import { alternatives } from './alternatives';
import { anchoredSuffix, createAnchor } from './anchor';
import { askModel, completionModel, readPrompt } from './ask-model';
import { createSuggestionCache, type Suggestion, type SuggestionCache, type SuggestionPlace } from './cache';
import { isConfident } from './gate';
import { cutBeforeClosers, cutCompletion, wantsBlock } from './cut';
import { isWithinCharacter } from './place';

export interface CompletionRequest {
  path: string;
  languageId: string;
  /** Text up to the cursor. */
  prefix: string;
  /** Text from the cursor on. */
  suffix: string;
  context?: readonly { path: string; text: string }[];
  /** End at the end of the line whatever the syntax says. */
  singleLine?: boolean;
  /** Neither filters nor the cache; `singleLine` still ends at the line. */
  raw?: boolean;
  /** Nobody waits for it yet: it is kept for when somebody does, and whatever else is asked goes first. */
  ahead?: boolean;
}

export interface CompletionResult {
  text: string;
  /** What the model wrote before anything was cut or dropped, with `\n` line ends; empty where it was not asked. */
  written: string;
  /** Tokens that were generated for it; 0 for a suggestion that is still being typed. */
  tokens: number;
  uncachedTokens: number;
  cachedTokens: number;
  firstTokenMs: number | null;
  totalMs: number;
  /** The tokens' probabilities, as far as the engine told them. */
  probabilities: readonly number[];
  /** Worth showing. */
  shown: boolean;
  /** Why it is shown or not, such as `ok`, `typed-through`, `low-confidence`. */
  reason: string;
}

export interface Completer {
  /** What needs no model: the rest of a suggestion that is being typed, or what was made at this place before. */
  known(request: CompletionRequest): CompletionResult | undefined;
  /** Rejects with `AbortError` when cancelled and with a `UserError` when the model cannot complete. */
  complete(request: CompletionRequest, signal: AbortSignal): Promise<CompletionResult>;
  /** Has the prompt read ahead of the first key. Rejects with `AbortError` when something else came. */
  read(request: CompletionRequest, signal: AbortSignal): Promise<void>;
  /** Other texts for the same place, up to `count`, each unlike the others and unlike `known`. Rejects alike. */
  alternatives(
    request: CompletionRequest,
    known: readonly string[],
    count: number,
    signal: AbortSignal,
  ): Promise<string[]>;
}

/** Inline completion on a fill-in-the-middle model. */
export function createCompleter(ports: {
  model: LanguageModel;
  clock: Clock;
  order?: FillInTheMiddleOrder;
  /** Questions follow one another as one types, and prompts stay alike for it; else each stands alone. */
  isTyping?: boolean;
}): Completer {
  const { clock } = ports;
  const asked = completionModel(ports.model, {
    order: ports.order,
    ...(ports.isTyping ? { suffixAt: createAnchor() } : {}),
  });
  const cache = createSuggestionCache();
  const known = (request: CompletionRequest): CompletionResult | undefined => {
    const place = placeOf(request);
    const found = cache.find(place) ?? foundAnchored(cache, place);
    if (!found) return undefined;
    const text = found.text.replaceAll('\n', unixText(request).eol);
    const isShown = found.reason === 'ok';
    return {
      ...nothing,
      text,
      shown: isShown && text !== '',
      reason: isShown ? 'typed-through' : found.reason,
    };
  };

  return {
    alternatives: (request, known, count, signal) =>
      asked ? alternatives(asked, request, { known, count }, signal) : Promise.resolve([]),

    known,

    read: async (request, signal) => {
      if (!asked) return;
      const { prefix, suffix } = unixText(request);
      await readPrompt(asked, { path: request.path, prefix, suffix, context: request.context ?? [] }, signal);
    },

    complete: async (request, signal) => {
      const started = clock.now();
      const refused = (reason: string): CompletionResult => ({ ...nothing, reason });
      if (!asked) return refused('model-cannot-complete');
      if (isWithinCharacter(request.prefix, request.suffix)) return refused('within-character');
      const found = request.raw ? undefined : known(request);
      if (found) return found;

      const { eol, prefix, suffix } = unixText(request);
      const singleLine = request.singleLine ?? !(request.raw === true || wantsBlock(prefix, suffix));
      const generated = await askModel(asked, {
        path: request.path,
        prefix,
        suffix,
        context: request.context ?? [],
        until: singleLine ? 'line' : request.raw ? 'end' : 'block',
        raw: request.raw ?? false,
        ahead: request.ahead ?? false,
        signal,
      });
      const { stats } = generated;
      const figures = {
        tokens: stats.generatedTokens,
        uncachedTokens: stats.uncachedTokens,
        cachedTokens: stats.cachedTokens,
        firstTokenMs: stats.firstTokenMs,
        totalMs: clock.now() - started,
        probabilities: generated.probabilities,
        written: generated.text,
      };
      if (request.raw) {
        const text = singleLine ? (/^\s*.*/.exec(generated.text)?.[0] ?? '') : generated.text;
        return { ...figures, text: text.replaceAll('\n', eol), shown: true, reason: 'raw' };
      }

      const cut = cutCompletion(generated.text, { prefix, suffix, singleLine });
      const confident = isConfident(generated.probabilities, singleLine);
      const reason = cut.reason === 'ok' && !confident ? 'low-confidence' : cut.reason;
      const shown = reason === 'ok';
      const place = placeOf(request);
      cache.put(place, { text: cut.text, reason });
      if (shown) keepAnchored(cache, place, generated.text, singleLine);
      return { ...figures, text: cut.text.replaceAll('\n', eol), shown, reason };
    },
  };
}

/**
 * A suggestion goes on where the editor has closed a bracket that was typed of it, and where that bracket was typed
 * over: it is kept as it would be with nothing behind the cursor, and cut for what stands there when it is found.
 */
function keepAnchored(
  cache: SuggestionCache,
  place: SuggestionPlace,
  written: string,
  singleLine: boolean,
): void {
  const suffix = anchoredSuffix(place.prefix, place.suffix);
  if (suffix === place.suffix) return;
  const cut = cutCompletion(written, { ...place, suffix, singleLine });
  if (cut.reason === 'ok') cache.put({ ...place, suffix }, cut);
}

function foundAnchored(cache: SuggestionCache, place: SuggestionPlace): Suggestion | undefined {
  const suffix = anchoredSuffix(place.prefix, place.suffix);
  if (suffix === place.suffix) return undefined;
  const found = cache.find({ ...place, suffix });
  if (found?.reason !== 'ok' || found.text.includes('\n')) return undefined;
  return { text: cutBeforeClosers(found.text, place), reason: 'ok' };
}

const nothing: CompletionResult = {
  text: '',
  written: '',
  tokens: 0,
  uncachedTokens: 0,
  cachedTokens: 0,
  firstTokenMs: null,
  totalMs: 0,
  probabilities: [],
  shown: false,
  reason: 'empty',
};

/** A place in one document. Code of other files makes a suggestion better or worse, but no other place. */
function placeOf(request: CompletionRequest): SuggestionPlace {
  const { prefix, suffix } = unixText(request);
  return { scope: `${request.path}\n${request.singleLine ?? false}`, prefix, suffix };
}

/** The text with `\n` line ends, and the line end that answers get. */
function unixText({ prefix, suffix }: CompletionRequest): { eol: string; prefix: string; suffix: string } {
  return {
    eol: prefix.includes('\r\n') || suffix.includes('\r\n') ? '\r\n' : '\n',
    prefix: prefix.replaceAll('\r\n', '\n'),
    suffix: suffix.replaceAll('\r\n', '\n'),
  };
}
