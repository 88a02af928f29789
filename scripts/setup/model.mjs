/** Fetches models through Thimble's own command line and says where they lie. */
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { runCommand } from '../lib/run-command.mjs';
import { step, upToDate } from '../lib/steps.mjs';

export const cli = path.join(root, 'dist', 'cli.js');

/** The model of the tests: small enough for every machine, large enough to complete a line. */
export const testModel = 'qwen2.5-coder-0.5b';

/** Runs `thimble` and gives what it printed. @param {string[]} args */
export function thimble(args, options = {}) {
  return runCommand(process.execPath, [cli, ...args], options);
}

/**
 * Downloads a catalogue model where it is missing.
 * @param {string} [name] the default model of this machine when left out
 * @returns {Promise<{name: string, path: string}>}
 */
export async function ensureModel(name) {
  const before = await findModel(name);
  await step(`Model ${before.name}`, async () => {
    if (before.installed) return upToDate;
    await thimble(['models', 'pull', before.name], { show: true });
  });
  return findModel(before.name);
}

/** @returns {Promise<{name: string, path: string, installed: boolean}>} */
async function findModel(name) {
  const models = jsonLines(await thimble(['models', 'list', '--json']));
  const found = models.find((model) => (name === undefined ? model.default : model.name === name));
  if (!found) throw new Error(`The catalogue has no model ${name ?? 'by default'}.`);
  return found;
}

/** Each line that holds a JSON object; anything else that a program printed is left out. @param {string} text */
export function jsonLines(text) {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/**
 * A `THIMBLE_HOME` for one run: chats and state of its own, the models that were downloaded already.
 * @param {string} folder
 * @param {string} modelPath a file in the real models folder
 */
export function makeHome(folder, modelPath) {
  const home = path.join(folder, 'thimble-home');
  mkdirSync(home, { recursive: true });
  symlinkSync(path.dirname(modelPath), path.join(home, 'models'), 'junction');
  return home;
}
