/** Pulls in a process of its own, which the test kills: `pull-child HOME BASE_URL FILE_AS_JSON`. */
import type { ModelFile } from '../../src/model/catalogue';
import { createHubSource } from '../../src/model/sources/hub';
import { createModelStore } from '../../src/model/store';
import { handClock } from '../support/memory-store';

const [home = '', baseUrl = '', file = ''] = process.argv.slice(2);
const clock = handClock();
const store = createModelStore({ home, clock, sources: [createHubSource({ clock, baseUrl })] });
void store.pull(JSON.parse(file) as ModelFile, {
  onProgress: ({ bytesDone }) => process.stdout.write(`${bytesDone}\n`),
});
