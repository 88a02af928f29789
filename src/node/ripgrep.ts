/** Listing and searching through ripgrep, which knows ignore files and walks fast. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UserError } from '../base/errors';
import type { SearchOptions } from '../base/ports';

/** A line that ripgrep found; `path` is relative to the folder, with `/`. */
export interface FoundLine {
  path: string;
  line: number;
  column: number;
  text: string;
}

/** A search that takes longer is cut off. Milliseconds. */
const timeLimit = 15_000;
/** Larger files are data, not source. */
const largestFile = '8M';
/** A found line is shown up to this many UTF-16 units; lines of minified files are longer. */
const longestLine = 300;

const shared = [
  '--no-config',
  '--hidden',
  '--no-require-git',
  '--no-messages',
  '--glob',
  '!.git',
  '--sort',
  'path',
];

/** Where the package's binary lies. Rejects with `search-unavailable` when it is not installed. */
export async function ripgrepPath(): Promise<string> {
  try {
    const { rgPath } = await import('@vscode/ripgrep');
    return rgPath;
  } catch (error) {
    throw unavailable(error);
  }
}

/** Files below a folder, sorted by path; `take` answers false when it has enough. */
export async function listWithRipgrep(
  binary: string,
  folder: string,
  take: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<{ truncated: boolean }> {
  return runRipgrep(binary, [...shared, '--files'], folder, (line) => take(plainPath(line)), signal);
}

/** Matching lines below a folder in order of path and line; `take` answers false when it has enough. */
export async function searchWithRipgrep(
  binary: string,
  folder: string,
  options: SearchOptions,
  take: (found: FoundLine) => boolean,
  signal: AbortSignal,
): Promise<{ truncated: boolean }> {
  const args = [...shared, '--json', '--max-filesize', largestFile, ...patternArguments(options), '.'];
  return runRipgrep(
    binary,
    args,
    folder,
    (line) => {
      const found = parseMatch(line);
      return found === undefined || take(found);
    },
    signal,
  );
}

function patternArguments(options: SearchOptions): string[] {
  const letterCase =
    options.caseSensitive === undefined
      ? '--smart-case'
      : options.caseSensitive
        ? '--case-sensitive'
        : '--ignore-case';
  return [
    letterCase,
    ...(options.regex === true ? [] : ['--fixed-strings']),
    ...(options.pattern.includes('\n') ? ['--multiline'] : []),
    '--regexp',
    options.pattern,
  ];
}

/** Runs until the end, the limit of time, or the moment the consumer has enough. */
function runRipgrep(
  binary: string,
  args: string[],
  cwd: string,
  take: (line: string) => boolean,
  signal?: AbortSignal,
): Promise<{ truncated: boolean }> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new DOMException('Search stopped', 'AbortError'));
      return;
    }
    const child = spawn(binary, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let truncated = false;
    let complaint = '';
    const cut = (): void => {
      truncated = true;
      child.kill();
    };
    const timer = setTimeout(cut, timeLimit);
    const abort = (): void => {
      child.kill();
      reject(new DOMException('Search stopped', 'AbortError'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < 2000) complaint += text;
    });
    const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
    lines.on('line', (line) => {
      if (!truncated && !take(line)) cut();
    });
    const linesEnded = new Promise((ended) => lines.once('close', ended));
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    child.on('error', (error) => {
      finish();
      reject(unavailable(error));
    });
    child.on('close', (code) => {
      void linesEnded.then(() => {
        finish();
        // 1: nothing found; 2: an error, of which an unreadable file alone is none worth stopping for.
        if (code === 2 && !truncated && complaint !== '') reject(badPattern(complaint));
        else resolve({ truncated });
      });
    });
  });
}

function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\.\//, '');
}

/** ripgrep writes text as UTF-8, or as base64 when a path or line is none. */
type RipgrepText = { text: string } | { bytes: string };

interface RipgrepMatch {
  type: 'match';
  data: {
    path: RipgrepText;
    lines: RipgrepText;
    line_number: number;
    submatches: { start: number }[];
  };
}

function parseMatch(line: string): FoundLine | undefined {
  const event = JSON.parse(line) as RipgrepMatch | { type: 'begin' | 'end' | 'summary' | 'context' };
  if (event.type !== 'match') return undefined;
  const bytes = bytesOf(event.data.lines);
  const before = bytes.subarray(0, event.data.submatches[0]?.start ?? 0).toString();
  const text = bytes.toString().replace(/\r?\n$/, '');
  return {
    path: plainPath(bytesOf(event.data.path).toString()),
    line: event.data.line_number,
    column: before.length + 1,
    text: showAround(text, before.length),
  };
}

function bytesOf(text: RipgrepText): Buffer {
  return 'text' in text ? Buffer.from(text.text) : Buffer.from(text.bytes, 'base64');
}

/** The part of a long line that holds the match. */
function showAround(text: string, at: number): string {
  if (text.length <= longestLine) return text;
  const start = Math.max(0, Math.min(at - longestLine / 3, text.length - longestLine));
  const end = start + longestLine;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}

function unavailable(cause: unknown): UserError {
  return new UserError('search-unavailable', 'The search program (ripgrep) is missing or does not start.', {
    kept: 'Nothing was changed.',
    next: 'Install Thimble again, or name the file to read.',
    cause,
  });
}

function badPattern(complaint: string): UserError {
  const [first = ''] = complaint.trim().split('\n').slice(-1);
  return new UserError('bad-pattern', `This cannot be searched for: ${first}`, {
    kept: 'Nothing was changed.',
    next: 'Search for plain text, or correct the regular expression.',
  });
}
