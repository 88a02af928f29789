import { UserError } from '../base/errors';
import type { Workspace } from '../base/ports';

/** Throws `untrusted` where nothing may be written or run, and `no-workspace` where no folder is open. */
export function requireTrust(workspace: Workspace): void {
  if (workspace.roots.length === 0) {
    throw new UserError('no-workspace', 'No folder is open.', {
      kept: 'Nothing was changed.',
      next: 'Open a folder first.',
    });
  }
  if (workspace.trusted) return;
  throw new UserError('untrusted', 'This workspace is not trusted: nothing is written or run in it.', {
    kept: 'Nothing was changed.',
    next: 'The user has to trust the workspace first.',
  });
}
