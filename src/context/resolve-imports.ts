import type { ImportStatement } from '../syntax/imports';
import { importPaths } from './import-paths';
import type { DefinitionRef, SymbolIndex } from './symbol-index';

/** Files of one folder or package that an import may stand for. */
const mostPerFolder = 40;
/** Re-exports that are followed from the imported file to the one that defines. */
const mostHops = 3;

const scriptLanguages = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact']);

/**
 * The files that a specifier means, none when it is a package from outside. Exact paths come first; else the files
 * whose path ends in what the specifier says, since source roots, path aliases, module files and package names differ
 * in what stands before it.
 */
export function filesOfImport(
  specifier: string,
  importer: { path: string; languageId: string },
  index: SymbolIndex,
): number[] {
  for (const candidate of importPaths(specifier, importer.path, importer.languageId)) {
    if (candidate.endsWith('/')) {
      const files = sameLanguage(index.filesIn(candidate.slice(0, -1)), importer.languageId, index);
      if (files.length > 0) return files;
    } else {
      const file = index.fileId(candidate);
      if (file !== undefined) return [file];
    }
  }
  return filesBySuffix(specifier, importer, index);
}

function sameLanguage(files: readonly number[], languageId: string, index: SymbolIndex): number[] {
  return files.filter((file) => index.languageOf(file) === languageId).slice(0, mostPerFolder);
}

function filesBySuffix(
  specifier: string,
  { path, languageId }: { path: string; languageId: string },
  index: SymbolIndex,
): number[] {
  const best = (endings: readonly string[]): number[] => {
    for (const ending of endings) {
      const name = ending.slice(ending.lastIndexOf('/') + 1);
      const files = index.filesNamed(name).filter((file) => endsIn(index.pathOf(file), ending));
      if (files.length > 0) return nearest(files, path, index);
    }
    return [];
  };
  switch (languageId) {
    case 'python': {
      if (specifier.startsWith('.')) return [];
      const base = specifier.replaceAll('.', '/');
      return best([`${base}.py`, `${base}/__init__.py`, `${base}.pyi`]);
    }
    case 'java': {
      const parts = specifier.split('.');
      const type = parts.findIndex((part) => /^[A-Z]/.test(part));
      if (type >= 0) return best([`${parts.slice(0, type + 1).join('/')}.java`]);
      return packageFiles(parts.join('/'), languageId, path, index);
    }
    case 'c':
    case 'cpp': {
      const name = specifier.replace(/^[<"]|[>"]$/g, '').replace(/^(?:\.\.?\/)+/, '');
      return best([name]);
    }
    case 'php': {
      const parts = specifier.replace(/^\\/, '').split('\\');
      return best([0, 1, 2].map((from) => `${parts.slice(from).join('/')}.php`));
    }
    case 'ruby':
      return specifier.startsWith('.') ? [] : best([`${specifier}.rb`]);
    case 'csharp':
      return namespaceFiles(specifier, index);
    case 'rust':
      return best(rustEndings(specifier));
    default:
      return scriptLanguages.has(languageId) ? best(scriptEndings(specifier)) : [];
  }
}

/** `@scope/name/sub` of a monorepo, or an alias such as `@app/sub`: what stands behind the first segment counts. */
function scriptEndings(specifier: string): string[] {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return [];
  const parts = specifier.split('/');
  const scoped = specifier.startsWith('@') || specifier.startsWith('~') || specifier.startsWith('#');
  const rest = parts.slice(1).join('/');
  const endings = scoped && rest !== '' ? [rest] : [specifier];
  return endings.flatMap((ending) => {
    const plain = ending.replace(/\.[cm]?jsx?$/, '');
    const direct = plain.includes('/') || scoped ? ['.ts', '.tsx', '.js'].map((end) => plain + end) : [];
    return [
      ...direct,
      ...['src/index.ts', 'index.ts', 'src/index.js', 'lib/index.js'].map((end) => `${plain}/${end}`),
    ];
  });
}

/** `other_crate::a::b::C`: the crate's folder may be written with hyphens, the last segments may be items. */
function rustEndings(specifier: string): string[] {
  const parts = specifier
    .replace(/\{[^]*$/, '')
    .split('::')
    .filter((part) => /^\w+$/.test(part));
  const [crate = '', ...rest] = parts;
  if (crate === '' || ['std', 'core', 'alloc'].includes(crate)) return [];
  const inner = ['crate', 'self', 'super'].includes(crate);
  const folders = inner ? [''] : [`${crate}/src/`, `${crate.replaceAll('_', '-')}/src/`];
  return folders.flatMap((folder) => [
    ...rest.flatMap((_, index) => {
      const base = folder + rest.slice(0, rest.length - index).join('/');
      return [`${base}.rs`, `${base}/mod.rs`];
    }),
    ...(inner ? [] : [`${folder}lib.rs`]),
  ]);
}

function packageFiles(ending: string, languageId: string, path: string, index: SymbolIndex): number[] {
  // A package is found through any of its files: the folders above the importer say where roots are.
  const folders = ancestors(path).map((root) => (root === '' ? ending : `${root}/${ending}`));
  for (const folder of folders) {
    const files = sameLanguage(index.filesIn(folder), languageId, index);
    if (files.length > 0) return files;
  }
  return [];
}

function namespaceFiles(namespace: string, index: SymbolIndex): number[] {
  const name = index.nameId(namespace);
  if (name === undefined) return [];
  return [...new Set(index.definitionsNamed(name).map(({ file }) => file))].slice(0, mostPerFolder);
}

function endsIn(path: string, ending: string): boolean {
  return path === ending || path.endsWith(`/${ending}`);
}

/** The files that share most of their path with the importer. */
function nearest(files: number[], path: string, index: SymbolIndex): number[] {
  const shared = files.map((file) => commonFolders(index.pathOf(file), path));
  const most = Math.max(...shared);
  return files.filter((_, i) => shared[i] === most).slice(0, 4);
}

/** Folders that two paths have in common, from the top. */
export function commonFolders(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  const differs = left.findIndex((part, i) => part !== right[i]);
  return differs < 0 ? left.length : differs;
}

function ancestors(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return [...parts.map((_, i) => parts.slice(0, parts.length - i).join('/')), ''];
}

/** An import statement of the file that is edited, with the files that it means. */
export interface ResolvedImport {
  statement: ImportStatement;
  files: readonly number[];
}

export function resolveImports(
  statements: readonly ImportStatement[],
  importer: { path: string; languageId: string },
  index: SymbolIndex,
): ResolvedImport[] {
  return statements.map((statement) => ({
    statement,
    files: [
      ...new Set(statement.specifiers.flatMap((specifier) => filesOfImport(specifier, importer, index))),
    ],
  }));
}

/**
 * The definitions of a name that some files offer: their own outermost ones, else those that they re-export. `hops`
 * counts down with each file that only passes the name on.
 */
export function offered(
  name: string,
  files: readonly number[],
  index: SymbolIndex,
  hops = mostHops,
  seen = new Set<number>(),
): DefinitionRef[] {
  const id = index.nameId(name);
  if (id === undefined) return [];
  const within = new Set(files);
  const own = [...index.definitionsNamed(id, (file) => within.has(file))];
  const outermost = own.filter((ref) => isOutermost(ref, index));
  if (outermost.length > 0) return outermost;
  if (own.length > 0) return own;
  if (hops === 0) return [];
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    const { imports, path, languageId } = index.file(file);
    for (const { specifier, names } of imports) {
      const passed = names.find(({ local }) => local === name);
      if (!passed && names.length > 0 && !specifier.endsWith('*')) continue;
      const next = filesOfImport(specifier, { path, languageId }, index).filter((one) => !seen.has(one));
      const found = offered(passed?.name ?? name, next, index, hops - 1, seen);
      if (found.length > 0) return found;
    }
  }
  return [];
}

const scopes = new Set(['namespace', 'module']);

/** True for what lies in no other definition but namespaces and modules. */
function isOutermost({ file, index: at }: DefinitionRef, index: SymbolIndex): boolean {
  const { definitions } = index.file(file);
  const definition = definitions[at];
  if (!definition) return false;
  return definition.containers.every((container) =>
    definitions.some(({ name, kind }) => name === container && scopes.has(kind)),
  );
}
