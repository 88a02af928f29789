/** What was measured of a model file on this computer, and what follows from it for its profile. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import * as v from 'valibot';
import { readJsonAs, writeJson } from '../base/json-store';
import type { Store } from '../base/ports';
import type { ModelProfile } from './profile';

const shareSchema = v.object({ asked: v.number(), right: v.number() });

const scorecardSchema = v.object({
  version: v.literal(1),
  /** Name of the file without its folder, and its size in bytes. */
  file: v.string(),
  bytes: v.number(),
  /** ISO 8601. */
  at: v.string(),
  /** Tokens a second, of a prompt and of an answer. */
  speed: v.object({ prompt: v.number(), decode: v.number() }),
  threads: v.number(),
  gpu: v.string(),
  /** Answers that end by themselves, without control tokens, and say what was asked for. */
  chat: shareSchema,
  /** Calls with the right tool and arguments, in the dialect that came out best. */
  tools: v.object({ ...shareSchema.entries, dialect: v.string() }),
  /** Changes that came out as asked for, by the form that the change was asked in. */
  edits: v.record(v.picklist(['symbol', 'file', 'replace']), shareSchema),
  /** Lines filled in; null for a model without the tokens for it. */
  fillInTheMiddle: v.nullable(shareSchema),
  /** Whether a fact in the middle of a prompt of so many tokens was found again. */
  needles: v.array(v.object({ tokens: v.number(), found: v.boolean() })),
});

export type Scorecard = v.InferOutput<typeof scorecardSchema>;
export type ScorecardShare = v.InferOutput<typeof shareSchema>;

export interface Scorecards {
  /** The card of a file as it is now; undefined when it was not probed. Never rejects. */
  of(modelPath: string): Promise<Scorecard | undefined>;
  list(): Promise<Scorecard[]>;
  keep(modelPath: string, card: Scorecard): Promise<void>;
}

/** What of a file's beginning goes into its name here; names, sizes and the first words of the vocabulary are in it. */
const hashedBytes = 1 << 16;

/** `store` holds nothing else. */
export function createScorecards(store: Store): Scorecards {
  const read = (key: string): Promise<Scorecard | undefined> =>
    readJsonAs(store, key, scorecardSchema).catch(() => undefined);
  return {
    of: async (modelPath) => {
      const key = await fileKey(modelPath).catch(() => undefined);
      return key === undefined ? undefined : read(`${key}.json`);
    },
    list: async () => {
      const cards = await Promise.all((await store.keys('')).map(read));
      return cards.filter((card) => card !== undefined);
    },
    keep: async (modelPath, card) => writeJson(store, `${await fileKey(modelPath)}.json`, card),
  };
}

/** Names a model file by its size and its beginning, so that a copy has the same name and a changed file another. */
export async function fileKey(modelPath: string): Promise<string> {
  const file = await open(modelPath);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(hashedBytes), 0, hashedBytes, 0);
    const hash = createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
    return `${size}-${hash.slice(0, 24)}`;
  } finally {
    await file.close();
  }
}

const dialects = ['qwen3-coder', 'hermes', 'qwen3.5', 'llama3-json', 'gemma', 'mistral', 'auto'] as const;

/** The profile of a file of the user's own, with what was measured in place of what was assumed. */
export function withScorecard(profile: ModelProfile, card: Scorecard | undefined): ModelProfile {
  if (!card) return profile;
  const { chat, tools, edits, fillInTheMiddle } = card;
  const dialect = dialects.find((name) => name === tools.dialect);
  return {
    ...profile,
    ...(dialect === undefined ? {} : { dialect }),
    abilities: {
      complete: profile.fillInTheMiddle !== undefined && fillInTheMiddle !== null && mostly(fillInTheMiddle),
      chat: mostly(chat),
      edit: [edits.symbol, edits.file].some((share) => share !== undefined && mostly(share)),
    },
  };
}

function mostly({ asked, right }: ScorecardShare): boolean {
  return asked > 0 && right * 2 >= asked;
}

/** A card in one line, for lists. */
export function scorecardText(card: Scorecard): string {
  const share = ({ right, asked }: ScorecardShare): string => `${right}/${asked}`;
  const { speed, chat, tools, edits, fillInTheMiddle, needles } = card;
  const found = needles.filter((needle) => needle.found).map(({ tokens }) => tokens);
  return [
    `reads ${Math.round(speed.prompt)} and writes ${Math.round(speed.decode)} tokens/s`,
    `answers ${share(chat)}`,
    `tool calls ${share(tools)}`,
    ...Object.entries(edits).map(([form, result]) => `edits (${form}) ${share(result)}`),
    fillInTheMiddle === null ? 'completes no code' : `lines filled in ${share(fillInTheMiddle)}`,
    ...(needles.length === 0 ? [] : [`finds a fact in ${Math.max(0, ...found)} tokens`]),
  ].join(', ');
}
