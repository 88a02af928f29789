import type { FoundSymbol } from '../protocol/indexer';
import { requiredText, type Arguments } from './arguments';
import type { PreparedTool, ToolOutcome, ToolPorts } from './tool-types';

/** Definitions that one call gives to the model, and UTF-16 units of each. */
const mostDefinitions = 12;
const longestLine = 240;

/** Where a name is defined, as the index of the workspace knows it. */
export function prepareFindSymbol(args: Arguments, { syntax }: ToolPorts): PreparedTool {
  const name = requiredText(args, 'name').trim();
  return {
    ok: true,
    step: { tool: 'search', verb: 'Find', object: name },
    approval: undefined,
    writes: [],
    execute: async (_options, signal) => {
      const status = await syntax.request('indexStatus', null, signal);
      const found = await syntax.request('findSymbol', { query: name, limit: mostDefinitions + 1 }, signal);
      return found.length > 0 ? outcomeOf(found) : nothing(name, status?.state === 'ready');
    },
  };
}

function outcomeOf(found: readonly FoundSymbol[]): ToolOutcome {
  const shown = found.slice(0, mostDefinitions);
  const lines = shown.map(lineOf);
  const more = found.length > shown.length;
  if (more) lines.push('[There are more; give the name with its class, such as Class.method.]');
  const text = lines.join('\n');
  const count = `${shown.length}${more ? '+' : ''} ${shown.length === 1 ? 'definition' : 'definitions'}`;
  return { ok: true, forModel: text, detail: { kind: 'text', text }, result: count };
}

function lineOf({ path, startLine, containers, signature, doc, uses }: FoundSymbol): string {
  const owner = containers.length > 0 ? ` (in ${containers.join('.')})` : '';
  const comment = doc === '' ? '' : ` — ${doc}`;
  const line = `${path}:${startLine}: ${signature}${owner}${comment}`.slice(0, longestLine);
  return uses > 1 ? `${line} [named in ${uses} files]` : line;
}

function nothing(name: string, isComplete: boolean): ToolOutcome {
  const why = isComplete
    ? `Nothing of the name “${name}” is defined here.`
    : `No definition of “${name}” is known yet: the index is still being made.`;
  return {
    ok: true,
    forModel: `${why} Use search to find the text.`,
    detail: { kind: 'text', text: why },
    result: 'nothing found',
  };
}
