import path from 'node:path';
import envPaths from 'env-paths';
import { UserError } from '../base/errors';

/** The folder of models, index and state: `THIMBLE_HOME`, else the platform's data folder. */
export function thimbleHome(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['THIMBLE_HOME'];
  return given ? path.resolve(given) : envPaths('thimble', { suffix: '' }).data;
}

/** Bytes that the models folder may take by `THIMBLE_MODELS_GB`; undefined for no limit. Throws for what is no number. */
export function modelsQuota(env: NodeJS.ProcessEnv): number | undefined {
  const given = env['THIMBLE_MODELS_GB']?.trim();
  if (given === undefined || given === '') return undefined;
  const gigabytes = Number(given);
  if (gigabytes > 0 && Number.isFinite(gigabytes)) return gigabytes * 1e9;
  throw new UserError('usage', `THIMBLE_MODELS_GB is “${given}”, which is no number of gigabytes.`, {
    next: 'Set it to a number above 0, or leave it out for no limit.',
  });
}
