/**
 * The peer of `thimble bench typing`: llama.cpp's own server with its route `/infill`, asked as the extension
 * llama.vscode asks it, with that extension's default settings and without its ring of chunks from other files: there
 * is one file. It polls while a request is under way, takes nothing back that it has asked for, keeps 250 answers, and
 * asks for what follows each suggestion.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { UserError } from '../base/errors';
import { parseRemoteSpec } from '../model/remote/address';
import { createRemoteHttp } from '../model/remote/http';
import { systemClock } from '../node/clock';
import { type ListeningProgram, startListening } from './listening-program';
import { processorMs } from './processor-time';
import type { KeyWork, Typist, TypingView } from './typing-play';

const prefixLines = 256;
const suffixLines = 64;
const longestLineSuffix = 8;
const pollMs = 150;
const keptAnswers = 250;
const key = 'key-of-the-benchmark';
const patience = { firstByteMs: 120_000, stallMs: 120_000, tries: 1 };
/** llama.vscode takes nothing back that it has asked for. */
const never = new AbortController().signal;

/** The flags that llama.vscode recommends for its server, and as much context as a file needs. */
const settings = ['n_ctx=8192', 'n_batch=1024', 'n_ubatch=1024', 'n_cache_reuse=256'];

const answerSchema = v.object({
  content: v.string(),
  tokens_predicted: v.optional(v.number(), 0),
  timings: v.optional(v.object({ prompt_n: v.optional(v.number(), 0) }), {}),
});

export type PeerServer = ListeningProgram;

/** Starts the server by a Python that has the package `xllamacpp`, with two threads by default. Rejects with a `UserError`. */
export function startPeer(
  python: string,
  { script, modelPath, threads }: { script: string; modelPath: string; threads: number | undefined },
): Promise<PeerServer> {
  const given =
    threads === undefined
      ? []
      : ['cpuparams', 'cpuparams_batch'].map((group) => `${group}.n_threads=${threads}`);
  return startListening(
    python,
    [script, modelPath, key, ...settings, ...given],
    new UserError('peer-missing', 'llama.cpp’s server has not started.', {
      next: 'Give a Python that has the package xllamacpp with --peer.',
    }),
  );
}

/** A place as llama.vscode sends it. */
interface Place {
  prefix: string;
  suffix: string;
  /** What is on the line before the cursor; empty where that is only white space. */
  prompt: string;
  indent: number;
}

export function peerTypist(server: PeerServer): Typist {
  const address = parseRemoteSpec(`remote:${server.url}`);
  const http = createRemoteHttp({ address, key, clock: systemClock });
  const answers = new Map<string, string>();
  let busy = false;
  let newest = 0;
  const pending = new Set<Promise<void>>();

  const infill = async ({ prefix, suffix, prompt, indent }: Place, work: KeyWork): Promise<string> => {
    work.requests++;
    const answer = await http.json(
      '/infill',
      {
        input_prefix: prefix,
        input_suffix: suffix,
        input_extra: [],
        prompt,
        n_predict: 128,
        top_k: 40,
        top_p: 0.99,
        stream: false,
        samplers: ['top_k', 'top_p', 'infill'],
        cache_prompt: true,
        ...(indent > 0 ? { n_indent: indent } : {}),
        t_max_prompt_ms: 500,
        t_max_predict_ms: 500,
      },
      patience,
      never,
    );
    const { content, tokens_predicted, timings } = v.parse(answerSchema, answer);
    work.uncached += timings.prompt_n;
    work.generated += tokens_predicted;
    return content;
  };
  const keep = (place: Place, text: string): void => {
    answers.set(keyOf(place), text);
    const oldest = answers.keys().next().value;
    if (answers.size > keptAnswers && oldest !== undefined) answers.delete(oldest);
  };
  /** What is known at the place, or the rest of what is being typed. */
  const known = (place: Place): string | undefined => {
    for (let length = place.prompt.length; length >= 0; length--) {
      const found = answers.get(keyOf({ ...place, prompt: place.prompt.slice(0, length) }));
      const typed = place.prompt.slice(length);
      if (found?.startsWith(typed) === true) return found.slice(typed.length);
    }
    return undefined;
  };
  const complete = async (view: TypingView, isNewest: () => boolean, work: KeyWork): Promise<string> => {
    while (busy) {
      await sleep(pollMs);
      if (!isNewest()) return '';
    }
    busy = true;
    try {
      const { place, lineSuffix, spaces } = placeAt(view);
      if (lineSuffix.length > longestLineSuffix) return '';
      const cached = known(place);
      const text = cached ?? (await infill(place, work));
      if (text.trim() === '') return '';
      const lines = text.split(/\r?\n/);
      while (lines.length > 1 && lines.at(-1) === '') lines.pop();
      if (isRepeated(lines, view, lineSuffix)) return '';
      const kept = trimmed(lines, lineSuffix);
      if (cached === undefined) keep(place, kept);
      if (isNewest() && lineSuffix.trim() === '') follow(lookAhead(place, lines, work));
      return kept.replace(new RegExp(`^[ \\t]{0,${spaces}}`), '');
    } finally {
      busy = false;
    }
  };
  /** Asks for what comes behind a suggestion, and behind its first line. */
  const lookAhead = async (place: Place, lines: string[], work: KeyWork): Promise<void> => {
    const last = lines.at(-1) ?? '';
    const next =
      lines.length === 1
        ? { ...place, prompt: place.prompt + last }
        : {
            ...place,
            prefix: `${place.prefix}${place.prompt}${lines.slice(0, -1).join('\n')}\n`,
            prompt: last,
          };
    if (answers.get(keyOf(next)) === undefined) keep(next, await infill(next, work));
    if (lines.length < 2) return;
    const below = { ...place, prefix: `${place.prefix}${place.prompt}${lines[0] ?? ''}\n`, prompt: '' };
    keep(below, lines.slice(1).join('\n'));
  };
  const follow = (work: Promise<void>): void => {
    const settled = work.catch(() => undefined);
    pending.add(settled);
    void settled.finally(() => pending.delete(settled));
  };

  return {
    key(view, show, work) {
      const number = ++newest;
      const isNewest = (): boolean => number === newest;
      follow(complete(view, isNewest, work).then((text) => show(text === '' ? undefined : text)));
    },
    moved() {
      newest++;
    },
    async rest() {
      newest++;
      while (pending.size > 0) await Promise.all(pending);
    },
    processorMs: () => (server.pid === undefined ? undefined : processorMs(server.pid)),
  };
}

function keyOf({ prefix, suffix, prompt }: Place): string {
  return [prefix, suffix, prompt].join('\0');
}

function placeAt({ text, offset }: TypingView): { place: Place; lineSuffix: string; spaces: number } {
  const before = text.slice(0, offset).split('\n');
  const after = text.slice(offset).split('\n');
  const line = before.pop() ?? '';
  const lineSuffix = after.shift() ?? '';
  const isBlank = line.trim() === '';
  return {
    place: {
      prefix: `${before.slice(-prefixLines).join('\n')}\n`,
      suffix: `${lineSuffix}\n${after.slice(0, suffixLines).join('\n')}\n`,
      prompt: isBlank ? '' : line,
      indent: /^\s*/.exec(line + lineSuffix)?.[0].length ?? 0,
    },
    lineSuffix,
    spaces: isBlank ? line.length : 0,
  };
}

/** Whether a suggestion only says what stands behind the cursor, or below it, anyway. */
function isRepeated(lines: readonly string[], { text, offset }: TypingView, lineSuffix: string): boolean {
  const [first = ''] = lines;
  const below = text.slice(offset).split('\n').slice(1);
  if (lines.length === 1 && (first.trim() === '' || first === lineSuffix)) return true;
  const isSame = (from: number, some: readonly string[]): boolean =>
    some.every((line, index) => line === below[from + index]);
  if (
    lines.length > 1 &&
    (first.trim() === '' || first.trim() === lineSuffix.trim()) &&
    isSame(0, lines.slice(1))
  )
    return true;
  const next = below.findIndex((line) => line.trim() !== '');
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset) + first;
  return next >= 0 && line === below[next] && isSame(next + 1, lines.slice(1));
}

/** Only the first line where something stands behind the cursor, without that. */
function trimmed(lines: readonly string[], lineSuffix: string): string {
  const [first = ''] = lines;
  if (lineSuffix.trim() === '') return lines.join('\n');
  if (first.endsWith(lineSuffix)) return first.slice(0, -lineSuffix.length);
  return first;
}
