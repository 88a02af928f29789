/** The licences of the packages whose code goes into the bundles, as they ask to be passed on. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {string} root folder that holds `node_modules`
 * @param {string[]} names
 * @returns {string} one section a package: name, version, licence and the licence's text where the package has one
 */
export function licenceNotices(root, names) {
  const sections = names.map((name) => {
    const folder = path.join(root, 'node_modules', name);
    const { version, license = 'no licence named' } = JSON.parse(
      readFileSync(path.join(folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(path.join(folder, file), 'utf8').trim() : '';
    return `${name} ${version} (${license})\n\n${text}`.trim();
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Thimble contains code of these packages.${rule}${sections.join(rule)}\n`;
}
