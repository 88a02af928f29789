/** What can be answered when no model can: where the names of a request are defined, and outlines of its files. */
import type { ErrorReport } from '../base/errors';
import type { FileSnapshot } from '../base/ports';
import { lineTexts } from '../edit/lines';
import type { SymbolInfo } from '../protocol/indexer';
import { skeleton } from '../syntax/skeleton';
import { intentOf, namesIn, pathsIn } from './intent';
import { definitionsOf, qualifiedName } from './locate';
import type { Run } from './ports';

/** Errors of a model that is gone, and not of what was asked. */
const goneCodes: ReadonlySet<string> = new Set([
  'engine-crash-loop',
  'engine-died',
  'engine-library',
  'model-not-installed',
  'model-not-loaded',
  'model-too-large',
  'model-file-missing',
  'model-file-unreadable',
  'model-file-broken',
  'model-file-cut',
  'model-architecture-unknown',
  'remote-unreachable',
  'remote-failed',
  'remote-stalled',
]);

export function isModelGone({ code }: ErrorReport): boolean {
  return goneCodes.has(code);
}

const mostPaths = 5000;
const mostFiles = 3;
const mostDefinitions = 10;
const mostOutlined = 60;

/**
 * Tells as text what rules find for the request; false when they find nothing. Never rejects: it is the last resort.
 */
export async function answerWithoutModel(run: Run): Promise<boolean> {
  if (run.ports.workspace.roots.length === 0) return false;
  try {
    const { paths } = await run.ports.workspace.list('', { limit: mostPaths });
    if (intentOf(run.task.text, paths).kind === 'small-talk') return false;
    const parts = [...(await definitions(run, paths)), ...(await outlines(run, paths))];
    if (parts.length === 0) return false;
    run.emit({
      type: 'text',
      delta: `No model can answer at the moment. Found without one:\n\n${parts.join('\n\n')}\n`,
    });
    return true;
  } catch {
    return false;
  }
}

async function definitions(run: Run, paths: readonly string[]): Promise<string[]> {
  const names = namesIn(run.task.text);
  if (names.length === 0) return [];
  const targets = await definitionsOf(run, names.slice(0, mostDefinitions), paths);
  const rows = targets
    .slice(0, mostDefinitions)
    .map(
      ({ file, symbol }) =>
        `- \`${qualifiedName(symbol)}\`, ${symbol.kind}, ${file.path}:${symbol.startLine}${symbol.doc === '' ? '' : `: ${symbol.doc}`}`,
    );
  return rows.length === 0 ? [] : [rows.join('\n')];
}

async function outlines(run: Run, paths: readonly string[]): Promise<string[]> {
  const named = pathsIn(run.task.text).flatMap((name) => {
    const found = paths.find((path) => path === name || path.endsWith(`/${name}`));
    return found === undefined ? [] : [found];
  });
  const open = run.ports.editor?.selection?.()?.path;
  const wanted = named.length > 0 || open === undefined ? named : [open];
  const texts: string[] = [];
  for (const path of [...new Set(wanted)].slice(0, mostFiles)) {
    const file = await run.ports.workspace.read(path).catch(() => undefined);
    if (file) texts.push(outlineText(file, await run.ports.syntax.request('outline', file, run.signal)));
  }
  return texts;
}

function outlineText(file: FileSnapshot, symbols: readonly SymbolInfo[]): string {
  const shown = skeleton(symbols.slice(0, mostOutlined), { lineNumbers: true });
  const rest = symbols.length > mostOutlined ? `\n… ${symbols.length - mostOutlined} more` : '';
  const lines = `${file.path}, ${lineTexts(file.text).length} lines`;
  return symbols.length === 0 ? lines : `${lines}:\n\`\`\`\n${shown}${rest}\n\`\`\``;
}
