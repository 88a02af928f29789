/** The sources that `thimble bench context` asks about: pinned packages, fetched by name through their own clients. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../base/errors';

const run = promisify(execFile);

/** A package whose sources are a repository of the benchmark. */
export interface CorpusPackage {
  client: 'npm' | 'pip' | 'cargo' | 'maven';
  /** As its client spells it; for Maven `group:artifact`. */
  name: string;
  version: string;
  /** Folder of the sources within the package; `''` for all of it. */
  folder: string;
  language: 'typescript' | 'python' | 'rust' | 'java' | 'cpp';
  /** The weights of the ranking were fitted on the training half only. */
  half: 'training' | 'held-out';
}

export const corpus: readonly CorpusPackage[] = [
  of('npm', 'rxjs', '7.8.2', 'src', 'typescript', 'training'),
  of('npm', 'mobx', '7.1.3', 'src', 'typescript', 'training'),
  of('npm', '@reduxjs/toolkit', '2.14.0', 'src', 'typescript', 'held-out'),
  of('npm', '@trpc/server', '11.25.2', 'src', 'typescript', 'held-out'),
  of('pip', 'werkzeug', '3.1.9', '', 'python', 'training'),
  of('pip', 'rich', '15.0.0', '', 'python', 'training'),
  of('pip', 'scrapy', '2.19.0', '', 'python', 'held-out'),
  of('pip', 'httpx', '0.28.1', '', 'python', 'held-out'),
  of('cargo', 'clap_builder', '4.6.7', '', 'rust', 'training'),
  of('cargo', 'toml_edit', '0.25.20', '', 'rust', 'training'),
  of('cargo', 'regex-automata', '0.4.19', '', 'rust', 'held-out'),
  of('cargo', 'hyper', '1.12.0', '', 'rust', 'held-out'),
  of('maven', 'org.jsoup:jsoup', '1.17.2', '', 'java', 'training'),
  of('maven', 'com.fasterxml.jackson.core:jackson-core', '2.17.0', '', 'java', 'training'),
  of('maven', 'com.google.code.gson:gson', '2.10.1', '', 'java', 'held-out'),
  of('maven', 'org.apache.commons:commons-lang3', '3.14.0', '', 'java', 'held-out'),
  of('npm', 'leveldown', '6.1.1', 'deps/leveldb', 'cpp', 'training'),
  of('npm', 're2', '1.27.1', 'vendor', 'cpp', 'held-out'),
];

function of(
  client: CorpusPackage['client'],
  name: string,
  version: string,
  folder: string,
  language: CorpusPackage['language'],
  half: CorpusPackage['half'],
): CorpusPackage {
  return { client, name, version, folder, language, half };
}

/** The package's sources below `home`, fetched when they are not there yet. Rejects with `corpus-unavailable`. */
export async function fetchPackage(wanted: CorpusPackage, home: string): Promise<string> {
  const key = `${wanted.client}-${wanted.name}-${wanted.version}`.replace(/[^\w.-]+/g, '_');
  const target = path.join(home, key);
  const present = await stat(target).catch(() => undefined);
  if (!present) {
    const partial = `${target}.part`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    try {
      await fetchers[wanted.client](wanted, partial);
      await rename(partial, target);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw new UserError('corpus-unavailable', `${wanted.name} ${wanted.version} cannot be fetched.`, {
        kept: 'Packages that were fetched and items that were measured are kept.',
        next: `See that “${wanted.client}” works here and run the benchmark again; it goes on where it stopped.`,
        cause: error,
      });
    }
  }
  return path.join(target, wanted.folder);
}

type Fetcher = (wanted: CorpusPackage, folder: string) => Promise<void>;

const fetchers: Record<CorpusPackage['client'], Fetcher> = {
  npm: async ({ name, version }, folder) => {
    await client('npm', ['pack', '--silent', `${name}@${version}`], folder);
    await unpack(folder);
  },
  pip: async ({ name, version }, folder) => {
    const args = ['download', '--quiet', '--no-deps', '--no-binary', name, '--dest', folder];
    await client('pip', [...args, `${name}==${version}`], folder);
    await unpack(folder);
  },
  cargo: async ({ name, version }, folder) => {
    const manifest = [
      '[package]\nname = "corpus"\nversion = "0.0.0"\nedition = "2021"',
      `[dependencies]\n${name} = { version = "=${version}", default-features = false }\n`,
    ];
    await mkdir(path.join(folder, 'src'));
    await writeFile(path.join(folder, 'src', 'lib.rs'), '');
    await writeFile(path.join(folder, 'Cargo.toml'), manifest.join('\n'));
    await client('cargo', ['vendor', '--quiet', '--versioned-dirs', 'vendor'], folder);
    const crates = await readdir(path.join(folder, 'vendor'));
    const crate = crates.find((entry) => entry.startsWith(`${name}-${version}`));
    if (crate === undefined) throw new Error(`There is no ${name} among what cargo vendored.`);
    for (const other of crates.filter((entry) => entry !== crate)) {
      await rm(path.join(folder, 'vendor', other), { recursive: true });
    }
  },
  maven: async ({ name, version }, folder) => {
    const artifact = `-Dartifact=${name}:${version}:jar:sources`;
    await client('mvn', ['-q', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`], folder);
    for (const archive of await readdir(folder)) {
      await client('jar', ['xf', archive], folder);
      await rm(path.join(folder, archive));
    }
  },
};

/** The archive of a folder, without the one folder that holds all of it. */
async function unpack(folder: string): Promise<void> {
  for (const archive of await readdir(folder)) {
    await client('tar', ['xzf', archive, '--strip-components=1'], folder);
    await rm(path.join(folder, archive));
  }
}

const timeLimitMs = 300_000;

async function client(command: string, args: readonly string[], cwd: string): Promise<void> {
  // npm and mvn are scripts on Windows.
  const shell = process.platform === 'win32';
  await run(command, [...args], { cwd, timeout: timeLimitMs, shell, maxBuffer: 1 << 26 });
}
