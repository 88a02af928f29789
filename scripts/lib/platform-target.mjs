/** What one package per platform carries of the native parts: a processor build everywhere, Metal on Apple's own. */

/** VS Code's name of a platform, by Node's; with node-llama-cpp's name of the binary for it. */
const binaries = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'mac-x64',
  'darwin-arm64': 'mac-arm64-metal',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

/**
 * @param {string} platform `process.platform`
 * @param {string} arch `process.arch`
 * @returns {{target: string, nativePackages: string[]}}
 */
export function platformTarget(platform, arch) {
  const target = `${platform}-${arch}`;
  const binary = binaries[target];
  if (!binary) throw new Error(`There is no engine binary for ${target}.`);
  return { target, nativePackages: [`@node-llama-cpp/${binary}`, `@vscode/ripgrep-${target}`] };
}
