/** `thimble models probe`: what a model file can do on this computer, by asking it. */
import { decodeSpeed } from '../model/decode-speed';
import type { LanguageModel } from '../model/language-model';
import type { ModelProfile } from '../model/profile';
import type { Scorecard, ScorecardShare } from '../model/scorecard';
import {
  fenceClosing,
  fenceOpening,
  rewriteSymbolPrompt,
  systemPrompt,
  systemPromptWithTools,
} from '../prompt/agent-prompts';
import { renderChat } from '../prompt/chat-template';
import { fillInTheMiddlePrompt } from '../prompt/fill-in-the-middle';
import type { ChatMessage } from '../protocol/chat';
import { parseToolCalls, renderToolsCompact } from '../toolcall';
import { toolDefinitions } from '../tools/definitions';
import { type Answer, generate } from './generate';
import { calls, type EditTask, edits, filler, gaps, needle, questions } from './probe-tasks';

export interface ProbeOptions {
  /** Parts of the chat's context, 0–1, that the needle is looked for in; none leaves it out. */
  needleShares: readonly number[];
  /** Told before each part. */
  onPart: (name: string) => void;
}

/** What of the card is measured by asking; the rest is known of the file and of its loading. */
export type Measured = Pick<Scorecard, 'speed' | 'chat' | 'tools' | 'edits' | 'fillInTheMiddle' | 'needles'>;

/** Asks everything, greedily. Rejects with a `UserError` when the engine fails, with `AbortError` when stopped. */
export async function probeModel(
  model: LanguageModel,
  { needleShares, onPart }: ProbeOptions,
  signal: AbortSignal,
): Promise<Measured> {
  onPart('speed');
  const speed = await measureSpeed(model, signal);
  onPart('chat template');
  const chat = await share(questions, ({ text, answer }) => answersWell(model, text, answer, signal));
  onPart('tool calls');
  const tools = await bestDialect(model, signal);
  const formResults: [EditForm, ScorecardShare][] = [];
  for (const form of editForms) {
    onPart(`edits (${form})`);
    formResults.push([form, await share(edits, (task) => editsWell(model, task, form, signal))]);
  }
  onPart('fill-in-the-middle');
  const fillInTheMiddle = await measureGaps(model, signal);
  const needles: Scorecard['needles'] = [];
  for (const part of needleShares) {
    onPart(`needle in ${Math.round(part * 100)} % of the context`);
    needles.push(await findNeedle(model, part, signal));
  }
  return { speed, chat, tools, edits: Object.fromEntries(formResults), fillInTheMiddle, needles };
}

/** The likeliest answer, so that a probe comes out the same each time. */
const greedy = { temperature: 0 };

function ask(
  model: LanguageModel,
  messages: readonly ChatMessage[],
  { prefill = '', maxTokens, stop = [] }: { prefill?: string; maxTokens: number; stop?: string[] },
  signal: AbortSignal,
): Promise<Answer> {
  const prompt = renderChat(model.profile.template, messages, prefill);
  const stops = [...model.profile.stop, ...stop];
  return generate(model, { lane: 'chat', prompt, maxTokens, stop: stops, sampling: greedy }, signal);
}

async function share<T>(
  items: readonly T[],
  isRight: (item: T) => Promise<boolean>,
): Promise<ScorecardShare> {
  let right = 0;
  for (const item of items) if (await isRight(item)) right++;
  return { asked: items.length, right };
}

/** Functions of the prompt whose reading is timed, and tokens of the answer. */
const speedFunctions = 12;
const speedTokens = 48;

async function measureSpeed(model: LanguageModel, signal: AbortSignal): Promise<Scorecard['speed']> {
  const content = `${filler(speedFunctions).join('\n')}\nWrite ten more functions like these.`;
  const { stats } = await ask(model, [{ role: 'user', content }], { maxTokens: speedTokens }, signal);
  const prompt = stats.promptMs > 0 ? (stats.uncachedTokens * 1000) / stats.promptMs : 0;
  return { prompt: oneDecimal(prompt), decode: oneDecimal(decodeSpeed(stats)) };
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Control tokens that were not read as such come out as text. */
const controlToken = /<\|[a-z_]+\|>|<(start|end)_of_turn>|\[\/?INST\]|<\/?s>/;

async function answersWell(
  model: LanguageModel,
  text: string,
  answer: RegExp,
  signal: AbortSignal,
): Promise<boolean> {
  const messages: ChatMessage[] = [
    { role: 'system', content: systemPrompt },
    { role: 'user', content: text },
  ];
  const given = await ask(model, messages, { maxTokens: 64 }, signal);
  return given.reason !== 'length' && answer.test(given.text) && !controlToken.test(given.text);
}

type Dialect = ModelProfile['dialect'];
/** Tried beside the profile's own while most calls go wrong. */
const otherDialects: readonly Dialect[] = ['qwen3-coder', 'hermes', 'llama3-json'];

async function bestDialect(model: LanguageModel, signal: AbortSignal): Promise<Scorecard['tools']> {
  const own = model.profile.dialect;
  let best: Scorecard['tools'] | undefined;
  for (const dialect of [own, ...otherDialects.filter((name) => name !== own)]) {
    const result = await share(calls, (call) => callsWell(model, call, dialect, signal));
    if (!best || result.right > best.right) best = { ...result, dialect };
    if (best.right * 2 > best.asked) break;
  }
  return best ?? { asked: 0, right: 0, dialect: own };
}

async function callsWell(
  model: LanguageModel,
  call: (typeof calls)[number],
  dialect: Dialect,
  signal: AbortSignal,
): Promise<boolean> {
  const messages: ChatMessage[] = [
    { role: 'system', content: systemPromptWithTools(renderToolsCompact(dialect, toolDefinitions)) },
    { role: 'user', content: call.text },
  ];
  const { text } = await ask(model, messages, { maxTokens: 160 }, signal);
  const events = parseToolCalls(text, {
    dialect,
    tools: toolDefinitions,
    recoveries: { bareJson: model.profile.bareJsonCalls },
  });
  const found = events.find((event) => event.type === 'call');
  if (found?.type !== 'call' || found.name !== call.tool) return false;
  const given = found.arguments as Record<string, unknown>;
  return Object.entries(call.arguments).every(([name, pattern]) => pattern.test(textOf(given[name])));
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

const editForms = ['symbol', 'file', 'replace'] as const;
type EditForm = (typeof editForms)[number];

async function editsWell(
  model: LanguageModel,
  task: EditTask,
  form: EditForm,
  signal: AbortSignal,
): Promise<boolean> {
  const messages: ChatMessage[] = [
    { role: 'system', content: systemPrompt },
    { role: 'user', content: editPrompt(task, form) },
  ];
  const prefill = form === 'replace' ? replaceOpening : fenceOpening(task.languageId);
  const stop = [form === 'replace' ? replaceClosing : fenceClosing];
  const { text, reason } = await ask(model, messages, { prefill, maxTokens: 300, stop }, signal);
  if (reason === 'length') return false;
  const after = form === 'replace' ? replaced(task.before, text) : text;
  return after !== undefined && normalised(after) === normalised(task.after);
}

const replaceOpening = '<<<<<<< SEARCH\n';
const replaceMiddle = '=======';
const replaceClosing = '>>>>>>> REPLACE';

function editPrompt(task: EditTask, form: EditForm): string {
  if (form === 'symbol') {
    return rewriteSymbolPrompt({
      request: task.order,
      path: task.path,
      kind: 'function',
      symbol: task.symbol,
      code: task.before,
      related: [],
      failure: undefined,
      examples: [],
    });
  }
  const shown = `${task.path}:\n${task.before}\n\n${task.order}`;
  return form === 'file'
    ? `${shown}\n\nWrite the whole file ${task.path}.`
    : `${shown}\n\nWrite one block with the lines to replace and the new lines:\n${replaceOpening}old lines\n${replaceMiddle}\nnew lines\n${replaceClosing}`;
}

/** The text with a search/replace block applied; undefined where what is to be replaced does not stand there once. */
function replaced(before: string, block: string): string | undefined {
  const [old, rest, more] = block.split(`\n${replaceMiddle}\n`);
  if (old === undefined || rest === undefined || more !== undefined) return undefined;
  return before.split(old).length === 2 ? before.replace(old, () => rest.replace(/\n$/, '')) : undefined;
}

/** Code without blank lines and without space at the ends of lines. */
function normalised(code: string): string {
  const lines = code.split(/\r?\n/).map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').join('\n');
}

async function measureGaps(model: LanguageModel, signal: AbortSignal): Promise<ScorecardShare | null> {
  const tokens = model.profile.fillInTheMiddle;
  if (!tokens || model.contextSize('completion') === 0) return null;
  return share(gaps, async ({ path, prefix, suffix, line }) => {
    const prompt = fillInTheMiddlePrompt(tokens, { path, prefix, suffix, context: [] });
    const { text } = await generate(
      model,
      { lane: 'completion', prompt, maxTokens: 24, sampling: greedy },
      signal,
    );
    return line.test((text.split('\n')[0] ?? '').trim());
  });
}

/** Tokens that the question, the layout and the answer take. */
const needleRest = 160;
/** No tokenizer writes one of the functions in fewer tokens. */
const leastFunction = 20;
/** Where the needle lies, as a part of the filler: neither at the beginning nor at the end, which models see best. */
const needleAt = 0.4;

/** As many functions as fit into that many tokens. */
async function fitting(model: LanguageModel, tokens: number): Promise<string[]> {
  const all = filler(Math.ceil(tokens / leastFunction));
  // Counted one by one, with the line end that joins it to the next.
  const counts = await model.countTokens(all.map((text) => `${text}\n`));
  let left = tokens;
  return all.filter((_, index) => (left -= counts[index] ?? 0) >= 0);
}

async function findNeedle(
  model: LanguageModel,
  part: number,
  signal: AbortSignal,
): Promise<Scorecard['needles'][number]> {
  const wanted = Math.floor(model.contextSize('chat') * part) - needleRest;
  const functions = await fitting(model, wanted);
  functions.splice(Math.floor(functions.length * needleAt), 0, needle.code);
  const content = `${functions.join('\n')}\n${needle.question}`;
  const { text, stats } = await ask(model, [{ role: 'user', content }], { maxTokens: 32 }, signal);
  return { tokens: stats.promptTokens, found: needle.answer.test(text) };
}
