/**
 * Workspace paths that an import specifier may mean, likeliest first; the host looks which of them exist.
 * Everything here is spelling: paths use `/`, nothing is read. Packages of a registry have no candidates.
 */
export function importPaths(specifier: string, importer: string, languageId: string): string[] {
  const folder = folderOf(importer);
  const resolver = Object.hasOwn(resolvers, languageId) ? resolvers[languageId] : undefined;
  const candidates = resolver?.(specifier, folder, importer) ?? [];
  const paths = candidates.map(normalize).filter((path) => path !== undefined);
  return [...new Set(paths)].filter((path) => path !== importer);
}

type Resolver = (specifier: string, folder: string, importer: string) => string[];

const scriptExtensions = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '.json'];

const script: Resolver = (specifier, folder) => {
  if (!/^\.{1,2}(?:\/|$)|^\/|^[@~]\//.test(specifier)) return [];
  // `@/x` and `~/x` are the usual aliases of a source folder.
  const bases = /^[@~]\//.test(specifier)
    ? ['src', ''].map((root) => join(root, specifier.slice(2)))
    : [specifier.startsWith('/') ? specifier.slice(1) : join(folder, specifier)];
  return bases.flatMap((base) => {
    const withoutJs = /\.[mc]?jsx?$/.test(base) ? [base.replace(/\.([mc]?)js(x?)$/, '.$1ts$2')] : [];
    return [
      ...withoutJs,
      ...(/\.[a-z]+$/i.test(base) ? [base] : []),
      ...scriptExtensions.map((extension) => base + extension),
      ...scriptExtensions.slice(0, 5).map((extension) => join(base, `index${extension}`)),
    ];
  });
};

const python: Resolver = (specifier, folder) => {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const path = specifier.slice(dots).replaceAll('.', '/');
  const roots = dots > 0 ? [join(folder, '../'.repeat(dots - 1))] : [...ancestors(folder), 'src'];
  return roots.flatMap((root) => {
    const base = join(root, path);
    return path === ''
      ? [join(base, '__init__.py')]
      : [`${base}.py`, join(base, '__init__.py'), `${base}.pyi`];
  });
};

/** A Go import names a folder; only its last segments can be matched without the module file. */
const go: Resolver = (specifier) => {
  const segments = specifier.split('/');
  return segments.map((_, index) => `${segments.slice(index).join('/')}/`).slice(0, 6);
};

const rust: Resolver = (specifier, folder, importer) =>
  expandBraces(specifier).flatMap((path) => {
    const segments = path.split('::').filter((segment) => segment !== '*' && segment !== '');
    const crate = /^(?:.*\/)?src(?=\/|$)/.exec(folder)?.[0] ?? folder;
    const stem = importer.slice(folder.length).replace(/^\/|\.rs$/g, '');
    const own = ['mod', 'lib', 'main'].includes(stem) ? folder : join(folder, stem);
    const [first = '', ...rest] = segments;
    const base =
      first === 'crate' ? crate : first === 'self' ? own : first === 'super' ? join(own, '..') : undefined;
    if (base === undefined) return [];
    // The last segments may be items of a file, not files.
    return rest
      .map((_, index) => join(base, rest.slice(0, rest.length - index).join('/')))
      .flatMap(rustFiles);
  });

function rustFiles(base: string): string[] {
  return [`${base}.rs`, join(base, 'mod.rs')];
}

/** `a::{b, c::{d}}` as `a::b` and `a::c::d`; `x as y` is `x`. */
function expandBraces(specifier: string): string[] {
  const plain = specifier.replace(/\s+as\s+\w+/g, '').replace(/\s+/g, '');
  const open = plain.indexOf('{');
  if (open < 0) return [plain];
  const prefix = plain.slice(0, open);
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open; i < plain.length; i++) {
    if (plain[i] === '{') depth++;
    else if (plain[i] === '}') depth--;
    if ((plain[i] === ',' && depth === 1) || (plain[i] === '}' && depth === 0)) {
      parts.push(plain.slice(start, i));
      start = i + 1;
    }
  }
  return parts.filter((part) => part !== '').flatMap((part) => expandBraces(prefix + part));
}

/** A Java name below the importer's source root and the usual roots: a file, or a folder for a whole package. */
const java: Resolver = (specifier, folder) => {
  const segments = specifier.split('.');
  const roots = [...ancestors(folder), 'src/main/java', 'src'];
  // `a.b.Outer.Inner` and static imports: the class is the first segment in upper case.
  const type = segments.findIndex((segment) => /^[A-Z]/.test(segment));
  if (type < 0) return roots.map((root) => join(root, `${segments.join('/')}/`));
  const path = segments.slice(0, type + 1).join('/');
  return roots.map((root) => join(root, `${path}.java`));
};

const include: Resolver = (specifier, folder) => {
  const name = specifier.replace(/^[<"]|[>"]$/g, '');
  const headers = [join(folder, name), ...ancestors(folder).map((root) => join(root, name))];
  const roots = ['include', 'src'].map((root) => join(root, name));
  return [...headers, ...ancestors(folder).map((root) => join(root, `include/${name}`)), ...roots];
};

const ruby: Resolver = (specifier, folder) => {
  const name = specifier.endsWith('.rb') ? specifier : `${specifier}.rb`;
  return specifier.startsWith('.') ? [join(folder, name)] : [join('lib', name), name, join('app', name)];
};

const php: Resolver = (specifier, folder) => {
  if (/\.\w+$/.test(specifier)) return [join(folder, specifier.replace(/^\//, ''))];
  const segments = specifier.replace(/^\\/, '').split('\\');
  // PSR-4: the first segment is usually the prefix of `src`.
  const below = `${segments.slice(1).join('/')}.php`;
  return [join('src', below), join('app', below), `${segments.join('/')}.php`];
};

const relative: Resolver = (specifier, folder) =>
  /^[a-z]+:|^\/\//i.test(specifier)
    ? []
    : [specifier.startsWith('/') ? specifier.slice(1) : join(folder, specifier.replace(/[?#].*$/, ''))];

const resolvers: Readonly<Partial<Record<string, Resolver>>> = {
  typescript: script,
  typescriptreact: script,
  javascript: script,
  javascriptreact: script,
  python,
  go,
  rust,
  java,
  c: include,
  cpp: include,
  ruby,
  php,
  css: relative,
  html: relative,
  shellscript: relative,
};

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The folder and those above it, up to the workspace (`''`). */
function ancestors(folder: string): string[] {
  const segments = folder === '' ? [] : folder.split('/');
  return [...segments.map((_, index) => segments.slice(0, segments.length - index).join('/')), ''];
}

function join(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** Resolves `.` and `..`; undefined for a path that leaves the workspace or is all of it. A trailing `/` stays. */
function normalize(path: string): string | undefined {
  const result: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (result.pop() === undefined) return undefined;
    } else if (segment !== '.' && segment !== '') result.push(segment);
  }
  return result.length === 0 ? undefined : result.join('/') + (path.endsWith('/') ? '/' : '');
}
