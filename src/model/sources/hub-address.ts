import { UserError } from '../../base/errors';
import type { ModelFile } from '../catalogue';

const form = /^hf:([\w.-]+)\/([\w.-]+)\/([\w./-]+\.gguf)(?:@([\w./-]+))?$/i;

/**
 * `hf:OWNER/REPOSITORY/FILE.gguf[@REVISION]` as a file to fetch; undefined for anything that does not begin with
 * `hf:`. Throws `hub-address` when the rest does not fit.
 */
export function parseHubAddress(text: string): ModelFile | undefined {
  if (!text.startsWith('hf:')) return undefined;
  const [, owner = '', name = '', file = '', revision = 'main'] = form.exec(text) ?? [];
  const segments = [owner, name, ...file.split('/'), ...revision.split('/')];
  if (segments.some((segment) => segment === '' || /^\.+$/.test(segment))) {
    throw new UserError('hub-address', `“${text}” is no address of a model file on the hub.`, {
      next: 'Write hf:OWNER/REPOSITORY/FILE.gguf, with @REVISION behind it to pin a version.',
    });
  }
  return {
    name: text,
    // Flat and without a clash: two repositories may use one file name.
    file: [owner, name, revision, ...file.split('/')].join('--'),
    hub: { repository: `${owner}/${name}`, revision, file },
  };
}
