/** Which installed packages a package needs at run time, found as Node finds them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Needed only to compile llama.cpp or by node-llama-cpp's own command line, neither of which is used. */
export const buildOnly = new Set(['cmake-js', 'node-addon-api', 'yargs']);

/**
 * The folders of the named packages and of all that they depend on.
 * @param {string} root folder that holds `node_modules`
 * @param {string[]} names
 * @param {Set<string>} leftOut packages that are not followed
 * @returns {string[]} paths relative to `root`, such as `node_modules/chalk`, sorted
 */
export function runtimePackages(root, names, leftOut = buildOnly) {
  const found = new Set();
  const visit = (name, from) => {
    if (leftOut.has(name)) return;
    const folder = resolvePackage(root, name, from);
    if (!folder)
      throw new Error(`${name}, which ${from || 'the package'} needs, is not installed: run npm ci.`);
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies)) visit(dependency, folder);
  };
  for (const name of names) visit(name, '');
  return [...found].sort();
}

/** Looks in the package's own `node_modules` first, then in those of the folders around it. */
function resolvePackage(root, name, from) {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    const candidate = path.posix.join(folder === '.' ? '' : folder, 'node_modules', name);
    if (existsSync(path.join(root, candidate, 'package.json'))) return candidate;
    if (folder === '' || folder === '.') return undefined;
  }
}
