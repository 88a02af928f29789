import { UserError } from '../base/errors';
import type { SearchMatch, SearchOptions } from '../base/ports';
import { cleanPath, optionalText, requiredText, type Arguments } from './arguments';
import { similarPaths } from './find-path';
import type { PreparedTool, ToolOutcome, ToolPorts } from './tool-types';

/** Matches and paths that one call gives to the model, and characters of each match. */
export const matchLimit = 60;
export const pathLimit = 150;
const lineLimit = 160;

export async function prepareSearch(args: Arguments, ports: ToolPorts): Promise<PreparedTool> {
  const pattern = requiredText(args, 'pattern');
  const path = await existingPath(args, ports);
  return {
    ok: true,
    step: {
      tool: 'search',
      verb: 'Search',
      object: path === '' ? `“${pattern}”` : `“${pattern}” in ${path}`,
    },
    approval: undefined,
    writes: [],
    execute: async (_options, signal) => {
      const options: SearchOptions = {
        pattern,
        maxMatches: matchLimit,
        ...(path === '' ? {} : { glob: `${escapeGlob(path)}{,/**}` }),
      };
      const found = await searchTextThenRegex(options, ports, signal);
      return searchOutcome(pattern, path, found.matches, found.truncated);
    },
  };
}

/** Plain text first; only what is found nowhere as text and may be an expression is tried as one. */
async function searchTextThenRegex(
  options: SearchOptions,
  { workspace }: ToolPorts,
  signal: AbortSignal,
): Promise<{ matches: SearchMatch[]; truncated: boolean }> {
  const found = await workspace.search(options, signal);
  if (found.matches.length > 0 || !/[\\|*+?()[\]^$]/.test(options.pattern)) return found;
  try {
    return await workspace.search({ ...options, regex: true }, signal);
  } catch (error) {
    if (error instanceof UserError && error.code === 'bad-pattern') return found;
    throw error;
  }
}

function searchOutcome(
  pattern: string,
  path: string,
  matches: readonly SearchMatch[],
  truncated: boolean,
): ToolOutcome {
  if (matches.length === 0) {
    const where = path === '' ? '' : ` in ${path}`;
    const forModel = `Nothing found for “${pattern}”${where}. Try a shorter text.`;
    return { ok: true, forModel, detail: { kind: 'text', text: 'Nothing found.' }, result: 'nothing found' };
  }
  const lines = matches.map(
    ({ path: file, line, text }) => `${file}:${line}: ${text.trim().slice(0, lineLimit)}`,
  );
  if (truncated) lines.push(`[Only the first ${matches.length}; search for something rarer.]`);
  const text = lines.join('\n');
  return {
    ok: true,
    forModel: text,
    detail: { kind: 'text', text },
    result: countOf(matches.length, 'match', truncated),
  };
}

export async function prepareList(args: Arguments, ports: ToolPorts): Promise<PreparedTool> {
  const path = await existingPath(args, ports);
  return {
    ok: true,
    step: { tool: 'list', verb: 'List', object: path === '' ? 'files' : path },
    approval: undefined,
    writes: [],
    execute: async () => {
      const { paths, truncated } = await ports.workspace.list(path, { limit: 5000 });
      const text = paths.length === 0 ? 'There are no files.' : listing(paths, path);
      return {
        ok: true,
        forModel: text,
        detail: { kind: 'text', text },
        result: countOf(paths.length, 'file', truncated),
      };
    },
  };
}

/** All paths when they are few, else the folder's entries with the number of files in each. */
function listing(paths: readonly string[], folder: string): string {
  if (paths.length <= pathLimit) return paths.join('\n');
  const prefix = folder === '' ? '' : `${folder.replace(/\/$/, '')}/`;
  const entries = new Map<string, number>();
  for (const path of paths) {
    const [first = '', ...rest] = path.slice(prefix.length).split('/');
    const entry = rest.length > 0 ? `${prefix}${first}/` : prefix + first;
    entries.set(entry, (entries.get(entry) ?? 0) + 1);
  }
  const lines = [...entries].map(([entry, count]) =>
    entry.endsWith('/') ? `${entry} (${count} files)` : entry,
  );
  const more = lines.length > pathLimit ? [`[… ${lines.length - pathLimit} more]`] : [];
  return [...lines.slice(0, pathLimit), ...more].join('\n');
}

async function existingPath(args: Arguments, { workspace }: ToolPorts): Promise<string> {
  const path = cleanPath(optionalText(args, 'path') ?? '').replace(/\/+$/, '');
  if (path === '' || (await workspace.exists(path))) return path;
  const similar = await similarPaths(workspace, path);
  throw new UserError('file-missing', `There is no “${path}”.`, {
    kept: 'Nothing was changed.',
    next:
      similar.length > 0 ? `Did you mean ${similar.join(' or ')}?` : 'Leave the path out to look everywhere.',
  });
}

function escapeGlob(path: string): string {
  return path.replace(/[[\](){}*?!+@\\]/g, '\\$&');
}

function countOf(count: number, noun: string, more: boolean): string {
  const plural = count === 1 ? noun : noun.endsWith('ch') ? `${noun}es` : `${noun}s`;
  return `${count}${more ? '+' : ''} ${plural}`;
}
