import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

/** The path of `dist/NAME`, built first when it is missing or older than one of these folders of `src`. */
export function builtBundle(name: string, folders: readonly string[]): string {
  const bundle = path.join(root, 'dist', name);
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (folders.some((folder) => newest(path.join(root, 'src', folder)) > built)) {
    execFileSync(process.execPath, ['esbuild.mjs'], {
      cwd: root,
      env: { ...process.env, THIMBLE_BUNDLE: name },
      stdio: 'ignore',
    });
  }
  return bundle;
}

function newest(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...names.map((name) => statSync(path.join(folder, name)).mtimeMs));
}
