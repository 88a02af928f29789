import { isAbort, reportOf } from '../base/errors';
import type { Clock } from '../base/ports';
import type { LanguageModel } from '../model/language-model';
import { createAhead } from './ahead';
import { type Completer, type CompletionRequest, createCompleter } from './completer';
import { createDebounce } from './debounce';
import { createInFlight } from './in-flight';

/** What an editor asks at a place. */
export interface SuggestionQuestion {
  /** Names the place and the version of its text: asked again, the question under way is joined. */
  key: string;
  /** Asked for by hand: at once, several texts to choose from, and what the gate would withhold. */
  isAsked: boolean;
  place: Omit<CompletionRequest, 'context'>;
  /** Code of other files that goes along. */
  context: () => Promise<NonNullable<CompletionRequest['context']>>;
}

/** Texts for a place, best first; `ms` where the model made the first of them. */
export interface Offer {
  texts: string[];
  ms: number | undefined;
}

export interface SuggesterPorts {
  /** The model once it has loaded; undefined where there is none to load. */
  model(signal: AbortSignal): Promise<LanguageModel | undefined>;
  clock: Clock;
  /** Bounds of the wait after a keystroke, in milliseconds. */
  delays: { minMs: number; maxMs: number };
  /** Whether the model may work before it is asked; it costs energy, and a server's time. */
  mayLookAhead(): boolean;
  log(line: string): void;
  onBusy(busy: boolean): void;
}

/** Suggestions for the place that the user is at: one question at a time, each after a wait. */
export interface Suggester {
  /** Undefined where there is nothing to show. Rejects with `AbortError` once the place was left. */
  suggest(question: SuggestionQuestion): Promise<Offer | undefined>;
  /** True once a model has been there to ask: before, it is of no use to look for what goes along. */
  hasModel(): boolean;
  /** A suggestion was accepted: what follows it is asked for without waiting. */
  accepted(): void;
  /** The place was left: what is under way is outdated. */
  leave(): void;
  /** The cursor rests at a place where nothing was typed yet: while one writes, its prompt is read ahead of the first key. */
  rest(question: Omit<SuggestionQuestion, 'isAsked'>): void;
}

/** Who has typed nothing for so long is reading, and moves the cursor for that. Milliseconds. */
const writingMs = 60_000;
/** Texts to choose from when the user asks for a suggestion, and how long their making may take. Milliseconds. */
const choices = 3;
const choicesMs = 4000;

export function createSuggester(ports: SuggesterPorts): Suggester {
  const debounce = createDebounce(ports.delays);
  const inFlight = createInFlight<Offer | undefined>();
  const ahead = createAhead(ports.clock);
  let completer: { of: LanguageModel; completer: Completer } | undefined;
  let justAccepted = false;
  let typedAt = Number.NEGATIVE_INFINITY;

  const completerOf = (model: LanguageModel): Completer => {
    if (completer?.of !== model) {
      completer = { of: model, completer: createCompleter({ model, clock: ports.clock, isTyping: true }) };
    }
    return completer.completer;
  };
  const answer = async (
    { isAsked, place, ...question }: SuggestionQuestion,
    signal: AbortSignal,
  ): Promise<Offer | undefined> => {
    // Without a model nothing is looked for; the first time, that is known only after it was asked for.
    const context = completer ? question.context() : undefined;
    if (!isAsked && !justAccepted) await ports.clock.sleep(debounce.delay(), signal);
    const model = await ports.model(signal);
    if (!model) return undefined;
    const made = completerOf(model);
    const request = { ...place, context: await (context ?? question.context()) };
    const result = await made.complete(request, signal);
    if (result.tokens > 0) debounce.measured(result.totalMs);
    const isShown = result.shown || (isAsked && result.reason === 'low-confidence');
    const first = isShown && result.text !== '' ? [result.text] : [];
    const others = isAsked ? await othersThan(first, made, request, signal) : [];
    const texts = [...first, ...others];
    return texts.length === 0 ? undefined : { texts, ms: result.tokens > 0 ? result.totalMs : undefined };
  };
  const work = async (question: SuggestionQuestion, signal: AbortSignal): Promise<Offer | undefined> => {
    ports.onBusy(true);
    try {
      return await answer(question, signal);
    } catch (error) {
      if (!isAbort(error)) ports.log(`completion: ${reportOf(error).happened}`);
      return undefined;
    } finally {
      justAccepted = false;
      ports.onBusy(false);
    }
  };

  /** Once it is accepted, a suggestion is followed by another: that one is made while the first is looked at. */
  const prefetch = ({ place, context }: SuggestionQuestion, text: string): void => {
    const made = completer?.completer;
    if (!made || !ports.mayLookAhead()) return;
    const next = { ...place, prefix: place.prefix + text, ahead: true };
    if (made.known(next)) return;
    ahead.run(`${place.path}\n${next.prefix}`, async (signal) => {
      await made.complete({ ...next, context: await context() }, signal);
    });
  };

  return {
    async suggest(question) {
      typedAt = ports.clock.now();
      debounce.typed(typedAt);
      const known = question.isAsked ? undefined : completer?.completer.known(question.place);
      if (known) {
        inFlight.leave();
        ahead.stay();
        if (!known.shown) return undefined;
        prefetch(question, known.text);
        return { texts: [known.text], ms: undefined };
      }
      const key = question.isAsked ? `${question.key}\nasked` : question.key;
      const offer = await inFlight.ask(key, (signal) => {
        ahead.stop();
        return work(question, signal);
      });
      const text = question.isAsked ? undefined : offer?.texts[0];
      if (text !== undefined) prefetch(question, text);
      return offer;
    },
    hasModel: () => completer !== undefined,
    accepted: () => (justAccepted = true),
    leave: () => {
      inFlight.leave();
      ahead.leave();
    },
    rest: ({ key, place, context }) => {
      const made = completer?.completer;
      if (!made || !ports.mayLookAhead() || made.known(place)) return;
      if (ports.clock.now() - typedAt > writingMs) return;
      ahead.run(`${key}\nrest`, async (signal) => made.read({ ...place, context: await context() }, signal));
    },
  };
}

/** What else could be written there. What comes too late is left out. */
async function othersThan(
  known: string[],
  completer: Completer,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(choicesMs)]);
  try {
    return await completer.alternatives(request, known, choices - known.length, limited);
  } catch (error) {
    if (signal.aborted || !limited.aborted) throw error;
    return [];
  }
}
