import type { ShellKind } from '../tools/command-line';

/** How a command line is handed to the user's shell. Pure: platform and environment are parameters. */
export interface ShellCall {
  file: string;
  args: string[];
  /** Windows: the arguments are quoted already. */
  verbatim: boolean;
}

/** The language that command lines are written in here. */
export function shellKind(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): ShellKind {
  if (platform !== 'win32') return 'posix';
  return usesCmd(variable(env, 'ComSpec')) ? 'cmd' : 'powershell';
}

function usesCmd(comSpec: string | undefined): comSpec is string {
  return comSpec !== undefined && /cmd\.exe$/i.test(comSpec);
}

/** The shells whose language is that of `sh`, which is what models write. */
const posixShells = /\/(bash|zsh|dash|ksh|sh)$/;

export function shellCall(command: string, platform: NodeJS.Platform, env: NodeJS.ProcessEnv): ShellCall {
  if (platform !== 'win32') {
    const own = env['SHELL'] ?? '';
    return { file: posixShells.test(own) ? own : '/bin/sh', args: ['-c', command], verbatim: false };
  }
  const comSpec = variable(env, 'ComSpec');
  if (usesCmd(comSpec)) {
    // With /s cmd takes off the outer quotes and leaves the rest of the line as it is.
    return { file: comSpec, args: ['/d', '/s', '/c', `"${command}"`], verbatim: true };
  }
  return {
    file: 'powershell.exe',
    args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', command],
    verbatim: false,
  };
}

/** Variables of the editor and of Thimble that a command has no business with. */
const ownVariables = /^(THIMBLE_|VSCODE_|ELECTRON_)/i;

/**
 * The environment of a command: the user's, without what belongs to the editor or to Thimble, and set so that
 * programs neither page, colour, nor wait for an answer. Python keeps no compiled files: it takes one for a source's own
 * when both the size and the second of the last change are the same, which two tries of a repair often have.
 */
export function commandEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !ownVariables.test(name));
  return {
    ...Object.fromEntries(kept),
    TERM: 'dumb',
    NO_COLOR: '1',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** Windows does not tell capitals in the names of variables. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = Object.keys(env).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : env[key];
}
