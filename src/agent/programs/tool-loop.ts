import type { DialectName, ToolDefinition } from '../../toolcall/types';
import { openedGrammar, toolCallGrammar } from '../../toolcall/grammar';
import { createToolCallParser } from '../../toolcall/parser';
import { isRecord } from '../../toolcall/json-reader';
import { renderToolsCompact } from '../../toolcall/render';
import { openedWithMap, systemPrompt, systemPromptWithTools, withExcerpts } from '../../prompt/agent-prompts';
import type { ChatMessage } from '../../protocol/chat';
import { modelTurn } from '../model-turn';
import type { ProgramResult, Run } from '../ports';
import { firstTools, namesDefinitionOnce, needsTool } from '../tool-need';
import { workspaceMap } from '../workspace-map';
import { toolStep } from '../tool-step';

const answerTokens = 700;

/** Calls in one turn that are carried out; a model that writes more has lost its way. */
const maxCallsPerTurn = 3;

/** A call that names no tool or lacks arguments is text to the parser; as an answer it would be useless. */
const looksLikeCall = /^\s*<(function=|tool_call>)/m;

/** How a turn's calls are held to their form. */
export interface TurnForm {
  /** Left out: the profile's. */
  dialect?: DialectName;
  /** False leaves the sampling free throughout; only measurements do. */
  grammar?: boolean;
}

export interface ModelTurnWithCalls {
  text: string;
  /** The turn as the model wrote it, calls included. */
  raw: string;
  calls: { id: string; name: string; arguments: Record<string, unknown> }[];
  malformed: string[];
}

/**
 * The free loop: the model answers or calls tools until it answers. The same call twice gets a reminder instead of
 * a result, and after that a turn without tools, so that it ends. `tools` empty means a plain answer. `paths` are the
 * workspace's.
 */
export async function toolLoop(
  run: Run,
  tools: readonly ToolDefinition[],
  paths: readonly string[],
): Promise<ProgramResult> {
  const { task } = run;
  const user: ChatMessage = {
    role: 'user',
    content: withExcerpts(
      task.attachments.map(({ label, text }) => ({ title: label, text })),
      task.text,
    ),
  };
  const conversation: ChatMessage[] = [user];
  const seen = new Set<string>();
  const did = { changed: 0, refused: false };
  // With code attached the answer may lie there already, so the model is left to choose.
  const isDecided = tools.length > 0 && task.attachments.length === 0;
  const names = namesDefinitionOnce(run, task.text);
  const needed = isDecided && (await needsTool(run, task.text, paths, names));
  let offered = isDecided && !needed ? [] : tools;
  let mustCall = needed ? await firstTools(run, task.text, tools, names) : undefined;
  const map = offered.length > 0 ? await workspaceMap(run, paths) : undefined;

  for (;;) {
    const turn = await toolTurn(run, [...task.history, ...conversation], offered, { mustCall, map });
    mustCall = undefined;
    conversation.push({ role: 'assistant', content: turn.raw.trim() });
    if (turn.calls.length === 0 && offered.length > 0 && looksLikeCall.test(turn.text)) {
      const names = offered.map((tool) => tool.name).join(', ');
      turn.malformed.push(`the tools are ${names}, with the arguments listed above`);
    }
    if (turn.calls.length === 0 && turn.malformed.length === 0) {
      const answer = turn.text.trim();
      if (answer === '' && offered.length > 0) {
        // Nothing at all: one more try, without tools to stumble over.
        conversation.pop();
        offered = [];
        run.step();
        continue;
      }
      return finish(answer);
    }
    for (const reason of turn.malformed) {
      conversation.push({
        role: 'tool',
        content: `That call could not be read: ${reason}. Write it again, or answer.`,
      });
    }
    for (const call of turn.calls.slice(0, maxCallsPerTurn)) {
      const key = JSON.stringify([call.name, call.arguments], (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      );
      if (seen.has(key)) {
        conversation.push({
          role: 'tool',
          tool: call.name,
          content: 'You made this call already; its result is above. Answer now.',
        });
        offered = [];
        continue;
      }
      seen.add(key);
      const result = await toolStep(run, { name: call.name, arguments: call.arguments }, call.id);
      if (result.ok && call.name === 'edit_file') did.changed++;
      did.refused ||= result.refused;
      conversation.push({ role: 'tool', tool: call.name, content: result.forModel });
    }
    if (turn.malformed.length > 0 && seen.size === 0) run.step();
  }

  function finish(answer: string): ProgramResult {
    const outcome = did.refused && did.changed === 0 ? 'stopped' : answer === '' ? 'failed' : 'done';
    // The answer itself has been shown while it was written.
    const changes = did.changed > 0 ? 'Files were changed; no check was run.' : '';
    const summary =
      answer === ''
        ? 'The model gave an empty answer. Nothing was changed after the last step shown.'
        : changes;
    return { outcome, summary, messages: conversation };
  }
}

/**
 * One turn of the loop with the tools that may be called. With `mustCall` the program opens the call of one of those, and
 * the model fills its frame; else it writes freely until it opens one.
 */
export async function toolTurn(
  run: Run,
  messages: readonly ChatMessage[],
  offered: readonly ToolDefinition[],
  options: TurnForm & { mustCall?: readonly ToolDefinition[] | undefined; map?: string | undefined },
): Promise<ModelTurnWithCalls> {
  const dialect = options.dialect ?? run.ports.model.profile.dialect;
  const content =
    offered.length > 0 ? systemPromptWithTools(renderToolsCompact(dialect, offered)) : systemPrompt;
  const form = { dialect, grammar: options.grammar ?? true, mustCall: options.mustCall };
  const opened = options.map === undefined ? messages : openedWithMap(messages, options.map);
  return turnWithCalls(run, [{ role: 'system', content }, ...opened], offered, form);
}

/** One turn, parsed while it streams: text goes to the reader at once, a call appears as it is written. */
async function turnWithCalls(
  run: Run,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
  form: { dialect: DialectName; grammar: boolean; mustCall: readonly ToolDefinition[] | undefined },
): Promise<ModelTurnWithCalls> {
  const { profile } = run.ports.model;
  const grammar = form.grammar ? toolCallGrammar(form.dialect, form.mustCall ?? tools) : undefined;
  const opener = form.mustCall && grammar ? grammar.opener : '';
  const parser = createToolCallParser({
    dialect: form.dialect,
    tools: [...tools],
    recoveries: { bareJson: profile.bareJsonCalls },
  });
  const turn: ModelTurnWithCalls = { text: '', raw: '', calls: [], malformed: [] };
  const rows = new Map<number, string>();
  const repeated = repetitionGuard();

  const handle = (events: ReturnType<typeof parser.push>): void => {
    for (const event of events) {
      switch (event.type) {
        case 'text':
          turn.text += event.text;
          run.emit({ type: 'text', delta: event.text });
          break;
        case 'reasoning':
          run.emit({ type: 'reasoning', delta: event.text });
          break;
        case 'call-started': {
          const id = run.step();
          rows.set(event.index, id);
          run.emit({
            type: 'step',
            step: { id, tool: 'think', verb: 'Writing', object: event.name, state: 'running' },
          });
          break;
        }
        case 'argument-delta': {
          const id = rows.get(event.index);
          if (id !== undefined) run.emit({ type: 'step-delta', id, argument: event.key, delta: event.delta });
          break;
        }
        case 'call':
          turn.calls.push({
            id: rows.get(event.index) ?? run.step(),
            name: event.name,
            arguments: isRecord(event.arguments) ? event.arguments : {},
          });
          break;
        case 'call-dropped': {
          const id = rows.get(event.index);
          if (id === undefined) break;
          run.emit({
            type: 'step',
            step: { id, tool: 'think', verb: 'Wrote', object: 'an example of a call', state: 'done' },
          });
          break;
        }
        case 'malformed':
          turn.malformed.push(event.reason);
          break;
        case 'unknown-tool':
          turn.malformed.push(`there is no tool “${event.name}”`);
          break;
        case 'truncated':
          turn.malformed.push('it was cut off; use shorter arguments');
          break;
        default:
          break;
      }
    }
  };

  handle(parser.push(opener));
  const { text, reason } = await modelTurn(run, {
    messages,
    ...(opener === '' ? {} : { prefill: opener }),
    ...(grammar === undefined ? {} : { grammar: form.mustCall ? openedGrammar(grammar) : grammar }),
    maxTokens: answerTokens,
    onText: (delta) => {
      handle(parser.push(delta));
      return repeated(delta) ? false : undefined;
    },
  });
  // An opener with nothing behind it is the program's alone: the model has said nothing.
  if (text.trim() === '') return turn;
  handle(parser.finish());
  turn.raw = opener + text;
  if (reason === 'cut') {
    run.emit({
      type: 'notice',
      level: 'warning',
      report: {
        code: 'model-repeats',
        happened: 'The model began to repeat itself, so its answer was ended there.',
      },
    });
  }
  return turn;
}

/** Tells when the end of a text is one piece over and over: a model that would never stop. */
export function repetitionGuard(): (delta: string) => boolean {
  let tail = '';
  return (delta) => {
    tail = (tail + delta).slice(-600);
    for (let length = 1; length <= 100; length++) {
      const unit = tail.slice(-length);
      const times = Math.max(6, Math.ceil(60 / length));
      if (tail.length >= length * times && unit.trim() !== '' && tail.endsWith(unit.repeat(times)))
        return true;
    }
    return false;
  };
}
