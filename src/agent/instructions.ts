import picomatch from 'picomatch';
import { isAbort } from '../base/errors';
import type { Workspace } from '../base/ports';
import { beginningWithin } from './fit-excerpts';
import type { Run } from './ports';

/** The part of the context that instructions may take. */
const shareOfContext = 0.15;
/** Rules beyond this are not read. */
const mostRules = 40;

/** A file of instructions. */
export interface InstructionFile {
  path: string;
  text: string;
}

/**
 * What the user has written down for every task: the nearest `AGENTS.md` above the file in work (the root's where there
 * is none), then the rules in `.thimble/` whose globs match a file in work. As one text for behind the system prompt,
 * the same bytes as long as files and work are the same; undefined when there is none. What does not fit is told.
 * `paths` are the workspace's, which leave out ignored files: a dependency's `AGENTS.md` is nobody's instruction.
 */
export async function loadInstructions(
  run: Run,
  inWork: readonly string[],
  paths: readonly string[],
): Promise<string | undefined> {
  const { workspace, model } = run.ports;
  // A folder that is not trusted may read, but must not direct.
  if (!workspace.trusted) return undefined;
  const files = await instructionFiles(workspace, inWork, paths);
  const budget = Math.floor(model.contextSize('chat') * shareOfContext);
  let left = budget;
  const parts: string[] = [];
  for (const { path, text } of files) {
    const part = `Instructions of the user (${path}):\n${text}`;
    const [size = 0] = await model.countTokens([part]);
    const kept = size <= left ? part : await beginningWithin(part, size, left, model);
    if (kept !== part) tellCut(run, path, linesOf(kept) - 1, linesOf(text), budget);
    // The heading alone says nothing.
    if (!kept.includes('\n')) break;
    left -= Math.min(size, left);
    parts.push(kept);
  }
  return parts.length > 0 ? parts.join('\n\n') : undefined;
}

function tellCut(run: Run, path: string, kept: number, total: number, budget: number): void {
  const shown = kept > 0 ? `the first ${kept} of ${total} lines go` : 'nothing goes';
  run.emit({
    type: 'notice',
    level: 'info',
    report: {
      code: 'instructions-cut',
      happened: `Of ${path}, ${shown} to the model: instructions may take ${budget} tokens of its context.`,
      next: 'Say the most important things first, or shorten it.',
    },
  });
}

/** The files that count for the files in work, in the order of the prompt. */
export async function instructionFiles(
  workspace: Workspace,
  inWork: readonly string[],
  paths: readonly string[],
): Promise<InstructionFile[]> {
  const hasRoots = workspace.roots.length > 1;
  const agents = nearestAgents(inWork[0] ?? '', paths, hasRoots);
  const rules = paths.filter((path) => rulePath.test(withoutRoot(path, hasRoots))).slice(0, mostRules);
  const files: InstructionFile[] = [];
  if (agents !== undefined) files.push(...(await readQuietly(workspace, agents)));
  for (const rule of rules) {
    for (const { path, text } of await readQuietly(workspace, rule)) {
      const { globs, body } = frontMatter(text);
      const applies =
        globs.length === 0 ||
        inWork.some((file) => picomatch.isMatch(withoutRoot(file, hasRoots), globs, { dot: true }));
      if (applies && body !== '') files.push({ path, text: body });
    }
  }
  return files.filter(({ text }) => text !== '');
}

const rulePath = /^\.thimble\/[^/]+\.md$/;

/** The `AGENTS.md` in the folder of a file or the nearest one above; never above the file's root. */
function nearestAgents(file: string, paths: readonly string[], hasRoots: boolean): string | undefined {
  const folders = file.split('/').slice(0, -1);
  for (let depth = folders.length; depth >= (hasRoots ? 1 : 0); depth--) {
    const path = [...folders.slice(0, depth), 'AGENTS.md'].join('/');
    if (paths.includes(path)) return path;
  }
  // With no file in work, or several roots: the first root that has one.
  return paths.find((path) => withoutRoot(path, hasRoots) === 'AGENTS.md');
}

function withoutRoot(path: string, hasRoots: boolean): string {
  return hasRoots ? path.slice(path.indexOf('/') + 1) : path;
}

/** The text with `\n` line ends; nothing for a file that cannot be read. */
async function readQuietly(workspace: Workspace, path: string): Promise<InstructionFile[]> {
  try {
    const { text } = await workspace.read(path);
    return [{ path, text: text.replaceAll('\r\n', '\n').trim() }];
  } catch (error) {
    if (isAbort(error)) throw error;
    return [];
  }
}

/**
 * The globs of a rule and its text without the front matter. `globs:` is a list in brackets, lines with dashes, or
 * texts with commas between; a rule without it counts for every file.
 */
export function frontMatter(text: string): { globs: string[]; body: string } {
  const match = /^---[ \t]*\n([\s\S]*?)\n?---[ \t]*(?:\n|$)/.exec(text);
  if (!match) return { globs: [], body: text.trim() };
  const body = text.slice(match[0].length).trim();
  const [, inline = '', dashed = ''] =
    /^globs:[ \t]*(.*)((?:\n[ \t]*-[ \t]+.*)*)/m.exec(match[1] ?? '') ?? [];
  const listed = dashed.split('\n').map((line) => line.replace(/^[ \t]*-[ \t]+/, ''));
  const globs = [...splitGlobs(inline.replace(/^\[(.*)\]\s*$/, '$1')), ...listed]
    .map((glob) => glob.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter((glob) => glob !== '');
  return { globs, body };
}

/** At commas, except those inside of braces. */
function splitGlobs(text: string): string[] {
  return text.match(/(?:\{[^}]*\}|[^,])+/g) ?? [];
}

function linesOf(text: string): number {
  return text === '' ? 0 : text.split('\n').length;
}
