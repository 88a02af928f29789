import { closeEditors, thimble, until, writeBytes } from './host';

describe('the index of the open folder', () => {
  afterEach(closeEditors);

  it('gives a completion the code of other files, also of one that is new or has changed', async () => {
    const { completionContext } = await thimble();
    const shows = async (name: string): Promise<boolean> => {
      const text = `from index_shapes import ${name}\n\nx = \n`;
      const file = { path: 'index_use.py', languageId: 'python', text };
      // The provider holds what it gave for a line; another place has it look again.
      const elsewhere = { file: { ...file, path: 'index_other.py' }, offset: 0 };
      await completionContext.at(elsewhere);
      const parts = await completionContext.at({ file, offset: text.length - 1 });
      return parts.some(({ path, text: code }) => path === 'index_shapes.py' && code.includes(`def ${name}`));
    };
    await shows('index_area');
    writeBytes('index_shapes.py', 'def index_area(side):\n    return side * side\n');
    await until(() => shows('index_area'), 'a new file is known');
    writeBytes('index_shapes.py', 'def index_edge(side):\n    return 4 * side\n');
    await until(() => shows('index_edge'), 'a changed file is known');
  });
});
