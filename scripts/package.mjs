/**
 * `npm run package`: makes the extension file for this platform, engine included, and tries it.
 * vsce packs a folder's `node_modules` only as npm lists them, which a pruned engine fails; so what is needed
 * at run time goes to `dist/node_modules`, where Node finds it just as well.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from './lib/main.mjs';
import { root, scratchRoot } from './lib/paths.mjs';
import { platformTarget } from './lib/platform-target.mjs';
import { runCommand } from './lib/run-command.mjs';
import { licenceNotices } from './lib/licence-notices.mjs';
import { runtimePackages } from './lib/runtime-packages.mjs';
import { hashInputs, isStamped, writeStamp } from './lib/stamp.mjs';
import { step, upToDate } from './lib/steps.mjs';
import { sourceHash } from './setup/build.mjs';
import { ensurePackages } from './setup/packages.mjs';

const stage = path.join(scratchRoot, 'package');
const runtime = ['node-llama-cpp', '@vscode/ripgrep'];
const beside = ['media', 'l10n', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'];
const limitBytes = 25 * 1024 * 1024;

/** @returns {Promise<string>} path of the extension file, packed anew only when something in it changed */
export async function packageExtension() {
  const { target, nativePackages } = platformTarget(process.platform, process.arch);
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, `${manifest.name}-${target}-${manifest.version}.vsix`);
  await step(`Package for ${target}`, async () => {
    const stamp = path.join(stage, '.packed');
    const inputs = hashInputs(
      root,
      [...beside, ...translatedManifests(), 'scripts/package.mjs', 'scripts/lib'],
      [sourceHash()],
    );
    if (isStamped(stamp, inputs) && statSync(file, { throwIfNoEntry: false })) return upToDate;
    rmSync(stage, { recursive: true, force: true });
    await stageExtension(manifest, nativePackages);
    await pack(target, file);
    const { tryPackage } = await import('./setup/try-package.mjs');
    const answer = await tryPackage(file);
    writeStamp(stamp, inputs);
    return `${path.basename(file)}, ${megabytes(statSync(file).size)}; ${answer}`;
  });
  return file;
}

async function stageExtension(manifest, nativePackages) {
  mkdirSync(stage, { recursive: true });
  await runCommand(process.execPath, ['esbuild.mjs', '--minify', `--out=${path.join(stage, 'dist')}`]);
  for (const name of [...beside, ...translatedManifests()]) {
    cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
  }
  for (const folder of runtimePackages(root, [...runtime, ...nativePackages])) {
    const to = path.join(stage, 'dist', folder);
    // Nested packages that are needed are in the list themselves.
    const filter = (source) => !source.slice(path.join(root, folder).length).includes('node_modules');
    cpSync(path.join(root, folder), to, { recursive: true, dereference: true, filter });
  }
  const bundled = path.join(stage, 'dist', 'packages.json');
  const notices = licenceNotices(root, JSON.parse(readFileSync(bundled, 'utf8')));
  writeFileSync(path.join(stage, 'ThirdPartyNotices.txt'), notices);
  rmSync(bundled);
  const left = ['scripts', 'dependencies', 'devDependencies', 'bin', 'private'];
  const kept = Object.entries(manifest).filter(([key]) => !left.includes(key));
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify(Object.fromEntries(kept), undefined, 2));
}

/** The manifest's strings, one file a language. */
function translatedManifests() {
  return readdirSync(root).filter((name) => /^package\.nls(\..+)?\.json$/.test(name));
}

async function pack(target, file) {
  const { default: vsce } = await import('@vscode/vsce');
  await vsce.createVSIX({
    cwd: stage,
    packagePath: file,
    target,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const size = statSync(file).size;
  if (size > limitBytes)
    throw new Error(`The package has ${megabytes(size)}; ${megabytes(limitBytes)} is the limit.`);
}

const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

if (isMain(import.meta)) {
  await ensurePackages();
  console.log(await packageExtension());
}
