import { textAround } from '../completion/place';
import { createSuggester } from '../completion/suggester';
import { createContextProvider } from '../context/context-provider';
import type { GenerateEvent, LanguageModel } from '../model/language-model';
import { qwen25Coder } from '../model/profiles/qwen2.5-coder';
import { systemClock } from '../node/clock';
import type { SyntaxService } from '../syntax/syntax-service';
import { median, percentile } from './engine-figures';

/** Milliseconds a key. */
export interface HostWork {
  lines: number;
  keys: number;
  median: number;
  p90: number;
}

/**
 * What the extension itself does at a key, in a file of so many lines: everything but the model, the index, the wait
 * and the editor's own calls. The file's text is put together from its lines, as the editor does it.
 */
export async function hostWork(lines = 20_000, keys = 200): Promise<HostWork> {
  const document = Array.from({ length: lines }, (_, line) => `  total += amounts[${line}] * rate;`);
  const row = Math.floor(lines / 2);
  let line = '  ';
  const before = document.slice(0, row).join('\n').length + 1;
  const syntax = { request: () => Promise.resolve([]) } as unknown as SyntaxService;
  const context = createContextProvider({
    syntax,
    countTokens: (text) => text.length / 4,
    budget: 500,
    limit: () => Promise.resolve(),
  });
  const suggester = createSuggester({
    model: () => Promise.resolve(instantModel),
    clock: { now: () => systemClock.now(), sleep: () => Promise.resolve() },
    delays: { minMs: 0, maxMs: 0 },
    mayLookAhead: () => false,
    log: () => undefined,
    onBusy: () => undefined,
  });
  const times: number[] = [];
  for (let key = 0; key < keys; key++) {
    line += String.fromCharCode(97 + (key % 26));
    document[row] = line;
    const offset = before + line.length;
    const started = performance.now();
    const text = document.join('\n');
    suggester.leave();
    await suggester.suggest({
      key: String(key),
      isAsked: false,
      place: { path: 'totals.js', languageId: 'javascript', ...textAround(text, offset) },
      context: () => context.at({ file: { path: 'totals.js', languageId: 'javascript', text }, offset }),
    });
    times.push(performance.now() - started);
  }
  return { lines, keys, median: median(times), p90: percentile(times, 0.9) };
}

export function formatHostWork({ lines, keys, median, p90 }: HostWork): string {
  const times = `${median.toFixed(1)} / ${p90.toFixed(1)} ms`;
  return `The extension's own work a key in a file of ${lines} lines, median / 90 %: ${times} (${keys} keys)`;
}

/** A model that answers at once, and always something else than is typed. */
const instantModel: LanguageModel = {
  name: 'instant',
  profile: qwen25Coder,
  contextSize: () => 4096,
  countTokens: (texts) => Promise.resolve(texts.map(({ length }) => length)),
  async *generate({ begin }): AsyncGenerator<GenerateEvent> {
    await Promise.resolve();
    yield { type: 'text', text: `${begin ?? ''}.length * rate;\n`, tokens: 5 };
    yield {
      type: 'done',
      reason: 'end',
      stats: {
        promptTokens: 0,
        cachedTokens: 0,
        uncachedTokens: 0,
        generatedTokens: 5,
        promptMs: 0,
        firstTokenMs: 0,
        totalMs: 0,
        contextSize: 4096,
      },
    };
  },
};
