import { isWithinName, textAround } from '../completion/place';
import { createSuggester, type Suggester, type SuggestionQuestion } from '../completion/suggester';
import type { LanguageModel } from '../model/language-model';
import { systemClock } from '../node/clock';
import { processorMs } from './processor-time';
import type { KeyWork, Typist, TypingView } from './typing-play';

/** How long a key counts as typing, as in the editor. Milliseconds. */
const typingMs = 1500;
/** How long the cursor rests before its place is looked at, as in the editor. Milliseconds. */
const restMs = 250;

/** Thimble's own completions, as the extension drives them. */
export function ownTypist(
  model: LanguageModel,
  engine: { pid: number | undefined; setTyping(untilMs: number): void },
  log: (line: string) => void,
): Typist {
  let work: KeyWork | undefined;
  const asked = counted(model, () => work);
  const suggester: Suggester = createSuggester({
    model: () => Promise.resolve(asked),
    clock: systemClock,
    delays: { minMs: 60, maxMs: 400 },
    mayLookAhead: () => true,
    log,
    onBusy: () => undefined,
  });
  let resting: ReturnType<typeof setTimeout> | undefined;
  const pending = new Set<Promise<unknown>>();

  return {
    key(view, show, counts) {
      work = counts;
      clearTimeout(resting);
      engine.setTyping(Date.now() + typingMs);
      suggester.leave();
      const { text, offset } = view;
      if (isWithinName(text.slice(0, offset), text.slice(offset))) return;
      const shown = suggester.suggest({ ...questionAt(view), isAsked: false }).then(
        (offer) => show(offer?.texts[0]),
        () => undefined,
      );
      pending.add(shown);
      void shown.finally(() => pending.delete(shown));
    },
    moved(view) {
      suggester.leave();
      clearTimeout(resting);
      resting = setTimeout(() => suggester.rest(questionAt(view)), restMs);
    },
    async rest() {
      clearTimeout(resting);
      suggester.leave();
      await Promise.all(pending);
    },
    processorMs: () => (engine.pid === undefined ? undefined : processorMs(engine.pid)),
  };
}

function questionAt(view: TypingView): Omit<SuggestionQuestion, 'isAsked'> {
  const { path, language, text, offset } = view;
  return {
    key: keyOf(view),
    place: { path, languageId: language, ...textAround(text, offset) },
    context: () => Promise.resolve([]),
  };
}

function keyOf({ path, version, offset }: TypingView): string {
  return [path, version, offset].join('\n');
}

/** The model, adding up what each request costs at the key that asked for it. */
function counted(model: LanguageModel, work: () => KeyWork | undefined): LanguageModel {
  return {
    ...model,
    async *generate(request, signal) {
      const counts = work();
      if (counts) counts.requests++;
      let read = 0;
      for await (const event of model.generate(request, signal)) {
        // Of a request that was given up, what had been read till then.
        if (event.type === 'progress') read = event.evaluated - event.cached;
        if (event.type === 'done' && counts) {
          counts.uncached += event.reason === 'cancelled' ? read : event.stats.uncachedTokens;
          counts.generated += event.stats.generatedTokens;
        }
        yield event;
      }
    },
  };
}
