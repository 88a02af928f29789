import { driftForms } from './drift-forms';
import { check } from './support';

describe('tool calls: forms that models drift to', () => {
  for (const [name, input, expected, options] of driftForms) {
    it(name, () => check(input, expected, options));
  }
});
