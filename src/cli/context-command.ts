import * as v from 'valibot';
import { UserError } from '../base/errors';
import type { Clock, Workspace } from '../base/ports';
import { type PackedSpan, packWithin } from '../context/pack';
import {
  chosenSpans,
  createSpanChoices,
  type SpanChoices,
  type SpanChoicesPorts,
} from '../context/span-choices';
import type { ContextSpan, DefinitionName, IndexStatus, Position, SourceFile } from '../protocol/indexer';
import { languageIdOf } from '../syntax/languages';
import type { SyntaxService } from '../syntax/syntax-service';
import { type CommandStreams, serveJsonLines } from './json-lines';

export interface ContextCommandPorts {
  workspace: Pick<Workspace, 'read'>;
  /** With an index of the workspace. */
  syntax: SyntaxService;
  /** Counts with the model's own tokenizer. */
  countTokens: (texts: string[]) => Promise<number[]>;
  clock: Clock;
  /** What is to be shown before all else, and what is not. */
  choices?: SpanChoices;
  /** What the spans are for: a completion at the place, or an edit of the definition around it. */
  purpose?: ContextPurpose;
}

export const contextPurposes = ['completion', 'edit'] as const;
export type ContextPurpose = (typeof contextPurposes)[number];

const whole = (name: string): v.GenericSchema<unknown, number> => {
  const message = `“${name}” must be a whole number from 1.`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(1, message));
};

const requestSchema = v.object(
  {
    path: v.pipe(v.string('“path” must be a string.'), v.minLength(1, '“path” must not be empty.')),
    line: whole('line'),
    column: whole('column'),
    budget: whole('budget'),
    content: v.optional(v.string('“content” must be a string.')),
  },
  'A request needs “path”, “line”, “column” and “budget”.',
);

export type ContextRequest = v.InferOutput<typeof requestSchema>;

/** The answer as it is printed; the names are the command line's contract. */
export interface ContextAnswer {
  spans: {
    path: string;
    start_line: number;
    end_line: number;
    form: PackedSpan['form'];
    reason: string;
    score: number;
    tokens: number;
    text: string;
  }[];
  total_tokens: number;
  ms: number;
}

/** `thimble context --at FILE:LINE:COL --budget N`: the spans that would be shown; with `json` as one JSON object. */
export async function contextCommand(
  output: NodeJS.WritableStream,
  ports: ContextCommandPorts,
  options: { at: string; budget: number; json: boolean },
  signal: AbortSignal,
): Promise<void> {
  const answer = await answerContext({ ...parsePlace(options.at), budget: options.budget }, ports, signal);
  output.write(options.json ? `${JSON.stringify(answer)}\n` : formatContext(answer));
}

/** `thimble context` without `--at`: requests and answers as JSON lines. */
export async function contextLinesCommand(
  streams: CommandStreams,
  ports: ContextCommandPorts,
  signal: AbortSignal,
): Promise<void> {
  await serveJsonLines(streams, async (request) => {
    const parsed = v.safeParse(requestSchema, request);
    if (!parsed.success) throw new UserError('bad-request', parsed.issues[0].message);
    return answerContext(parsed.output, ports, signal);
  });
}

/** @throws UserError as the ports do: the file is missing, the parser was stopped. */
export async function answerContext(
  request: ContextRequest,
  ports: ContextCommandPorts,
  signal: AbortSignal,
): Promise<ContextAnswer> {
  await indexReady(ports.syntax, ports.clock, signal);
  const started = ports.clock.now();
  const { path, line, column, content } = request;
  const text = content ?? (await ports.workspace.read(path)).text;
  const file = { path, languageId: languageIdOf(path), text };
  const offered = await offeredAt(file, { line, column }, ports, signal);
  const { choices } = ports;
  const spans = choices ? chosenSpans(offered, await choices.pinned(), choices) : offered;
  const packed = await packWithin(spans, request.budget, ports.countTokens);
  return {
    spans: packed.spans.map(({ startLine, endLine, ...span }) => ({
      path: span.path,
      start_line: startLine,
      end_line: endLine,
      form: span.form,
      reason: span.reason,
      score: span.score,
      tokens: span.tokens,
      text: span.text,
    })),
    total_tokens: packed.totalTokens,
    ms: Math.round(ports.clock.now() - started),
  };
}

async function offeredAt(
  file: SourceFile,
  position: Position,
  { syntax, purpose }: ContextCommandPorts,
  signal: AbortSignal,
): Promise<ContextSpan[]> {
  if (purpose !== 'edit') return syntax.request('context', { file, position, told: [] }, signal);
  const around = await syntax.request('enclosing', { file, position }, signal);
  const { startLine, endLine } = around ?? { startLine: position.line, endLine: position.line };
  return syntax.request(
    'usedDefinitions',
    { file, range: { startLine, endLine }, problems: [], told: [] },
    signal,
  );
}

/** How often the state of the index is looked at. Milliseconds. */
const lookEvery = 20;

/** Waits until the index knows all files, so that the same question gets the same answer. */
export async function indexReady(
  syntax: SyntaxService,
  clock: Clock,
  signal: AbortSignal,
): Promise<IndexStatus | null> {
  for (;;) {
    const status = await syntax.request('indexStatus', null, signal);
    if (status?.state !== 'indexing') return status;
    await clock.sleep(lookEvery, signal);
  }
}

/** The choices that `--pin` and `--drop` make. @throws UserError `bad-definition` */
export function choicesOf(
  { pin, drop }: { pin: readonly string[]; drop: readonly string[] },
  ports: Pick<SpanChoicesPorts, 'syntax' | 'countTokens'> & { workspace: Pick<Workspace, 'read'> },
): SpanChoices {
  const choices = createSpanChoices({
    ...ports,
    read: (path) => ports.workspace.read(path),
    kept: { get: () => undefined, set: () => undefined },
  });
  for (const name of drop) choices.drop(parseDefinition(name));
  for (const name of pin) choices.pin({ ...parseDefinition(name), line: 1 });
  return choices;
}

function parseDefinition(text: string): DefinitionName {
  const [, path, symbol] = /^(.+):([^:]+)$/.exec(text) ?? [];
  if (path === undefined || symbol === undefined) {
    throw new UserError('bad-definition', `“${text}” names no definition.`, {
      next: 'Write FILE:SYMBOL, such as src/stack.ts:Stack.push.',
    });
  }
  return { path: path.replaceAll('\\', '/'), symbol };
}

/** Takes `FILE:LINE:COL` apart; the file may hold colons (`C:/a.ts:1:2`). @throws UserError `bad-place` */
export function parsePlace(place: string): { path: string; line: number; column: number } {
  const [, path, line, column] = /^(.+):([1-9]\d*):([1-9]\d*)$/.exec(place) ?? [];
  if (path === undefined) {
    throw new UserError('bad-place', `“${place}” is no place.`, {
      next: 'Write FILE:LINE:COL, with lines and columns from 1, such as src/main.ts:12:5.',
    });
  }
  return { path: path.replaceAll('\\', '/'), line: Number(line), column: Number(column) };
}

/** An answer for people: each span under a heading that says why it is there. */
export function formatContext(answer: ContextAnswer): string {
  const spans = answer.spans.map((span) => {
    const place = `${span.path}:${span.start_line}-${span.end_line}`;
    return `── ${place} · ${span.form} · ${span.tokens} tokens\n   ${span.reason}\n${span.text}\n\n`;
  });
  const count = answer.spans.length === 1 ? '1 span' : `${answer.spans.length} spans`;
  return `${spans.join('')}${count}, ${answer.total_tokens} tokens, ${answer.ms} ms\n`;
}
