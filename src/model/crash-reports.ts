/** What is kept of an engine's death, on this computer only: enough to look into it, and nothing of the user's text. */
import path from 'node:path';
import * as v from 'valibot';
import { readJsonAs, writeJson } from '../base/json-store';
import type { Store } from '../base/ports';
import type { LoadParams } from '../protocol/engine';
import type { GenerateRequest } from './language-model';

/** One death as the supervisor saw it. */
export interface EngineCrash {
  /** Such as `signal SIGSEGV` or `exit code 70`. */
  reason: string;
  log: readonly string[];
  model: string;
  params: LoadParams;
  /** What it was doing: `loading` a model, `working` on requests, or `idle`. */
  doing: 'loading' | 'working' | 'idle';
  requests: readonly GenerateRequest[];
  /** Deaths in a row, and the milder way that was in use (0: as asked for). */
  deaths: number;
  level: number;
}

/** The shape of a request: sizes and switches, no text. */
const requestSchema = v.object({
  lane: v.string(),
  /** UTF-16 units. */
  promptLength: v.number(),
  maxTokens: v.number(),
  temperature: v.number(),
  grammar: v.picklist(['none', 'whole', 'later']),
});

const reportSchema = v.object({
  id: v.string(),
  /** ISO 8601. */
  at: v.string(),
  reason: v.string(),
  doing: v.picklist(['loading', 'working', 'idle']),
  model: v.string(),
  /** Name of the model's file without its folder. */
  file: v.string(),
  settings: v.record(v.string(), v.unknown()),
  requests: v.array(requestSchema),
  deaths: v.number(),
  level: v.number(),
  /** The native library's own words for why it ended, where it left some. */
  abort: v.optional(v.string()),
  platform: v.string(),
});

export type CrashReport = v.InferOutput<typeof reportSchema>;

/** Newest reports that are kept. */
const mostReports = 20;

export interface CrashReports {
  /** Never rejects: a report that cannot be kept must not make things worse. */
  add(crash: EngineCrash): Promise<void>;
  /** Newest first. */
  list(): Promise<CrashReport[]>;
  /** Deletes all; answers how many there were. */
  clear(): Promise<number>;
}

/** `store` holds nothing else; `wallTime` in milliseconds since the epoch. */
export function createCrashReports(
  store: Store,
  wallTime: () => number = Date.now,
  platform = `${process.platform} ${process.arch}`,
): CrashReports {
  let serial = 0;
  const readOne = (key: string): Promise<CrashReport | undefined> =>
    readJsonAs(store, key, reportSchema).catch(() => undefined);
  return {
    add: async (crash) => {
      try {
        const at = new Date(wallTime()).toISOString();
        const id = `${at.replace(/[^0-9]/g, '')}-${(serial++).toString(36)}`;
        const report = reportOfCrash(crash, { id, at, platform });
        await writeJson(store, `${id}.json`, report);
        for (const key of (await store.keys('')).slice(0, -mostReports)) await store.delete(key);
      } catch {
        // The death itself is told elsewhere.
      }
    },
    list: async () => {
      const reports = await Promise.all((await store.keys('')).toReversed().map(readOne));
      return reports.filter((report) => report !== undefined);
    },
    clear: async () => {
      const keys = await store.keys('');
      for (const key of keys) await store.delete(key);
      return keys.length;
    },
  };
}

function reportOfCrash(
  { reason, log, model, params, doing, requests, deaths, level }: EngineCrash,
  named: Pick<CrashReport, 'id' | 'at' | 'platform'>,
): CrashReport {
  const { modelPath, settings } = settingsOf(params);
  const abort = log.findLast((line) => abortLine.test(line));
  return {
    ...named,
    reason,
    doing,
    // A file of the user's own is named after itself.
    model: path.basename(model),
    file: path.basename(modelPath),
    settings,
    requests: requests.map(shapeOf),
    deaths,
    level,
    ...(abort === undefined ? {} : { abort: (abortLine.exec(abort)?.[0] ?? '').slice(0, 300) }),
  };
}

/** Settings name files without their folders, which tell of their user. */
function settingsOf({ modelPath, stateFolder, completionModel, ...settings }: LoadParams): {
  modelPath: string;
  settings: CrashReport['settings'];
} {
  return {
    modelPath,
    settings: {
      ...settings,
      ...(stateFolder === undefined ? {} : { keepsStates: true }),
      ...(completionModel
        ? { completionModel: { ...completionModel, modelPath: path.basename(completionModel.modelPath) } }
        : {}),
    },
  };
}

/** What llama.cpp and the C++ library write when they end a process: their own source, never a prompt. */
const abortLine =
  /GGML_ASSERT\(.*?\) failed|GGML_ABORT.*|terminate called after throwing an instance of .*|\bstd::bad_alloc\b/;

function shapeOf({
  lane,
  prompt,
  maxTokens,
  sampling,
  grammar,
}: GenerateRequest): CrashReport['requests'][number] {
  return {
    lane,
    promptLength: prompt.reduce((sum, part) => sum + part.text.length, 0),
    maxTokens,
    temperature: sampling.temperature,
    grammar: grammar === undefined ? 'none' : typeof grammar === 'string' ? 'whole' : 'later',
  };
}

/** A report in one line, for a list. */
export function crashText({ at, reason, doing, model, requests, abort }: CrashReport): string {
  const [request] = requests;
  const work =
    doing === 'working' && request
      ? `working on ${request.lane}, a prompt of ${request.promptLength} characters`
      : doing;
  return `${at.slice(0, 19).replace('T', ' ')}  ${reason}, ${model}, ${work}${abort === undefined ? '' : `: ${abort}`}`;
}
