/** Finds the Chromium that the tests drive, and starts it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Where the systems put it; `env` wins by `THIMBLE_CHROMIUM`. */
export function chromiumCandidates(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  const named = env['THIMBLE_CHROMIUM'] ? [env['THIMBLE_CHROMIUM']] : [];
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (root) => root !== undefined,
    );
    const inside = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return [...named, ...roots.flatMap((root) => inside.map((file) => path.win32.join(root, file)))];
  }
  if (platform === 'darwin') {
    return [
      ...named,
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ];
  }
  return [...named, ...['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)];
}

/** The first that exists, or undefined: then the tests that need one are skipped. */
export function findChromium(): string | undefined {
  return chromiumCandidates(process.platform, process.env).find((file) => existsSync(file));
}

/** Starts it without a window, and without anything that would use the network by itself. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
