/** What requests to the model cost: times and tokens, and no text. */
import type { Clock } from '../base/ports';
import { decodeSpeed } from './decode-speed';
import type { GenerateEvent, GenerateRequest, LanguageModel } from './language-model';

export interface RequestRecord {
  /** ISO 8601, when the request was sent. */
  at: string;
  model: string;
  lane: GenerateRequest['lane'];
  /** Tokens of the prompt, and how many of them did not have to be read anew. */
  promptTokens: number;
  cachedTokens: number;
  generatedTokens: number;
  /** Milliseconds; null when no token came. */
  firstTokenMs: number | null;
  totalMs: number;
  contextSize: number;
  /** Resident set of the engine, in bytes, as it last told; left out for a model on a server. */
  residentBytes?: number;
  grammar: boolean;
  /** How it ended: the engine's reason, `left` when nobody read on, or the code of an error. */
  end: string;
}

/** The same model; each request that ends is told to `keep`. */
export function withRequestLog(
  model: LanguageModel,
  keep: (record: RequestRecord) => void,
  clock: Pick<Clock, 'now'>,
  wallTime: () => number = Date.now,
): LanguageModel {
  async function* logged(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    const started = clock.now();
    const record: RequestRecord = {
      at: new Date(wallTime()).toISOString(),
      model: model.name,
      lane: request.lane,
      promptTokens: 0,
      cachedTokens: 0,
      generatedTokens: 0,
      firstTokenMs: null,
      totalMs: 0,
      contextSize: model.contextSize(request.lane),
      grammar: request.grammar !== undefined,
      end: 'left',
    };
    try {
      for await (const event of model.generate(request, signal)) {
        note(record, event, clock.now() - started);
        yield event;
      }
    } finally {
      record.totalMs = Math.round(clock.now() - started);
      keep(record);
    }
  }
  return {
    get name() {
      return model.name;
    },
    get profile() {
      return model.profile;
    },
    contextSize: (lane) => model.contextSize(lane),
    countTokens: (texts) => model.countTokens(texts),
    generate: logged,
  };
}

/** The record with the memory that the engine takes, where there is one. */
export function withMemory(
  record: RequestRecord,
  { residentBytes }: { readonly residentBytes: number | undefined },
): RequestRecord {
  return residentBytes === undefined ? record : { ...record, residentBytes };
}

function note(record: RequestRecord, event: GenerateEvent, elapsedMs: number): void {
  switch (event.type) {
    case 'progress':
      record.promptTokens = event.total;
      record.cachedTokens = event.cached;
      return;
    case 'text':
      record.firstTokenMs ??= Math.round(elapsedMs);
      record.generatedTokens += event.tokens;
      return;
    case 'done':
      record.promptTokens = event.stats.promptTokens;
      record.cachedTokens = event.stats.cachedTokens;
      record.generatedTokens = event.stats.generatedTokens;
      record.end = event.reason;
      return;
    case 'failed':
      record.end = event.error.code;
  }
}

const columns = ['time', 'lane', 'prompt', 'cached', 'written', 'first', 'all', 'tokens/s', 'end', 'model'];

/** Records as a table, the newest last; times in milliseconds. */
export function requestTable(records: readonly RequestRecord[]): string {
  const rows = records.map((record) => {
    const speed = decodeSpeed(record);
    return [
      record.at.slice(11, 19),
      record.lane,
      String(record.promptTokens),
      `${Math.round((100 * record.cachedTokens) / Math.max(1, record.promptTokens))} %`,
      String(record.generatedTokens),
      record.firstTokenMs === null ? '–' : String(record.firstTokenMs),
      String(record.totalMs),
      speed > 0 ? speed.toFixed(1) : '–',
      record.end,
      record.model,
    ];
  });
  const widths = columns.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [columns, ...rows].map(line).join('\n');
}
