import path from 'node:path';
import envPaths from 'env-paths';

/** The folder of models, index and state: `THIMBLE_HOME`, else the platform's data folder. */
export function thimbleHome(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['THIMBLE_HOME'];
  return given ? path.resolve(given) : envPaths('thimble', { suffix: '' }).data;
}
