/** Which files of a folder are indexed: listed by ripgrep, which knows ignore files and follows no links. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { languageIdOf, languageOf } from '../syntax/languages';

export interface IndexedRoot {
  /** What workspace paths of this folder begin with: `''`, or `NAME/` in a workspace of several roots. */
  prefix: string;
  /** Absolute. */
  folder: string;
}

/** A file by its workspace path and its absolute one. */
export interface ListedFile {
  path: string;
  absolute: string;
}

/** A listing that takes longer is cut off. Milliseconds. */
const timeLimit = 60_000;

const patterns = ['!.git', '!node_modules', '!*.min.js', '!*.min.css', '!*.map', '!*-lock.json', '!*.lock'];

/**
 * The files of a folder that have a grammar, in the order in which they are found. Rejects with an Error when
 * ripgrep does not start or the folder is gone.
 */
export function listFiles(
  ripgrep: string,
  root: IndexedRoot,
  limit: number,
): Promise<{ files: ListedFile[]; truncated: boolean }> {
  const ignore = path.join(root.folder, '.thimbleignore');
  const args = [
    ...['--files', '--no-config', '--hidden', '--no-require-git', '--no-messages'],
    ...patterns.flatMap((glob) => ['--glob', glob]),
    ...(existsSync(ignore) ? ['--ignore-file', ignore] : []),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(ripgrep, args, {
      cwd: root.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const files: ListedFile[] = [];
    let truncated = false;
    const cut = (): void => {
      truncated = true;
      child.kill();
    };
    const timer = setTimeout(cut, timeLimit);
    const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
    lines.on('line', (line) => {
      const found = line.replaceAll('\\', '/').replace(/^\.\//, '');
      if (!isIndexed(found)) return;
      if (files.length >= limit) cut();
      else files.push({ path: root.prefix + found, absolute: path.join(root.folder, found) });
    });
    const linesEnded = new Promise((ended) => lines.once('close', ended));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', () => {
      clearTimeout(timer);
      void linesEnded.then(() => {
        resolve({ files, truncated });
      });
    });
  });
}

/** True for a path whose language has a grammar. */
export function isIndexed(file: string): boolean {
  return languageOf(languageIdOf(file)) !== undefined;
}

/** The listed file that a workspace path names; undefined outside of the roots. */
export function locate(roots: readonly IndexedRoot[], file: string): ListedFile | undefined {
  const root = roots.find(({ prefix }) => file.startsWith(prefix));
  if (!root || file.split('/').includes('..')) return undefined;
  return { path: file, absolute: path.join(root.folder, file.slice(root.prefix.length)) };
}
