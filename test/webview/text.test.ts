import assert from 'node:assert/strict';
import { panelPage } from '../../src/protocol/panel-page';
import { formatAge, formatBytes, formatCount, formatDuration } from '../../src/webview/format';
import { highlightLines } from '../../src/webview/highlight';
import { emptyMarkdown, growMarkdown, textOfParagraph, type Block } from '../../src/webview/markdown-blocks';
import { setTranslations, strings, t } from '../../src/webview/strings';
import { visible, visibleLines } from '../../src/webview/visible';

const whole = (text: string): Block[] => {
  const { settled, tail } = growMarkdown(emptyMarkdown, text);
  return [...settled, ...tail];
};

describe('panel markdown', () => {
  const paragraphs: [markdown: string, expected: string | undefined][] = [
    ['a < b && "c" > d', 'a < b && "c" > d'],
    ['one\ntwo', 'one\ntwo'],
    ['&lt;b&gt; &amp;amp;', '<b> &amp;'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['with `code`', undefined],
    ['# title', undefined],
    ['a  \nbreak', undefined],
    ['- item', undefined],
  ];
  for (const [markdown, expected] of paragraphs) {
    it(`takes the words of ${JSON.stringify(markdown)} without a parser`, () => {
      const [block] = growMarkdown(emptyMarkdown, markdown).tail;
      assert.ok(block?.kind === 'html');
      assert.equal(textOfParagraph(block.html), expected);
    });
  }

  const documents = {
    prose: 'One paragraph\nover two lines.\n\nAnother with `code`.\n',
    fence: 'Before\n\n```python\ndef f():\n\n    return 1\n```\n\nAfter',
    'open fence': 'Text\n```ts\nconst a = 1;\n\nconst b',
    list: '1. one\n2. two\n\n   more of two\n\n3. three\n\nend',
    'setext heading': 'Title\n---\n\nText\n---',
    table: '| a | b |\n| - | - |\n| 1 | 2 |\n\ndone',
    quote: '> a\n> b\n\n> c',
    rule: 'a\n\n---\n\nb',
    crlf: 'a\r\n\r\n- b\r\n- c\r\n\r\nd',
    'list with code': '- a\n\n  ```js\n  x\n  ```\n- b\n\n+ c\n',
    'html-like': '<div>\n\ntext\n</div>\n\n&lt;\n',
    empty: '',
  };
  for (const [name, text] of Object.entries(documents)) {
    it(`grows to the same as when it is read at once: ${name}`, () => {
      let grown = emptyMarkdown;
      for (let end = 1; end <= text.length; end++) grown = growMarkdown(grown, text.slice(0, end));
      assert.deepEqual([...grown.settled, ...grown.tail], whole(text));
    });
  }

  it('keeps settled blocks as they are while the last one grows', () => {
    const first = growMarkdown(emptyMarkdown, 'One.\n\nTwo.\n\nThree\nlines');
    const second = growMarkdown(first, 'One.\n\nTwo.\n\nThree\nlines.');
    assert.equal(second.settled[0], first.settled[0]);
    assert.equal(second.tailStart, 'One.\n\nTwo.\n\n'.length);
  });

  it('starts again when the text is another one', () => {
    const first = growMarkdown(emptyMarkdown, 'One.\n\nTwo.');
    assert.deepEqual(growMarkdown(first, 'Other.'), growMarkdown(emptyMarkdown, 'Other.'));
  });

  it('gives code as text with its language', () =>
    assert.deepEqual(whole('```Python title=x\n<b>\n```'), [
      { kind: 'code', language: 'python', code: '<b>' },
    ]));

  it('leaves markup and pictures as text', () => {
    const html = whole('<img src=x onerror=alert(1)> ![p](http://x/p.png) [j](javascript:alert(1))')
      .map((block) => (block.kind === 'html' ? block.html : ''))
      .join('');
    assert.doesNotMatch(html, /<img|href="javascript/);
  });
});

describe('panel code colours', () => {
  const text = (code: string, language: string): string =>
    highlightLines(code, language)
      .map((line) => line.map((token) => token.text).join(''))
      .join('\n');

  for (const [language, code] of [
    ['python', 'def f(a):\n    """<b>\n    &amp; "x\'\n    """\n    return a < 1 && a\n'],
    ['typescript', 'const s = `a ${b(`c`)}\n`;\n// </span>'],
    ['javascriptreact', 'const x = <A b="c">&lt;</A>;'],
    ['nothing-known', '<script>\n'],
    ['xml', '<a b="&quot;">\n</a>'],
  ] as const) {
    it(`keeps every character: ${language}`, () => assert.equal(text(code, language), code));
  }

  it('colours a string over several lines on each of them', () => {
    const lines = highlightLines('"""a\nb"""', 'python');
    assert.deepEqual(
      lines.map((line) => line.map((token) => token.kind)),
      [['string'], ['string']],
    );
  });
});

describe('panel words', () => {
  afterEach(() => setTranslations(undefined));

  it('fills in values and keeps a place without one', () => {
    assert.equal(t('reading', 5, 10), 'Reading 5 of 10 tokens');
    assert.equal(t('inFolder'), 'in {0}');
  });

  it('takes a translation by the English text, and English for the rest', () => {
    setTranslations(JSON.stringify({ [strings.accept]: 'Annehmen', [strings.reject]: 7 }));
    assert.equal(t('accept'), 'Annehmen');
    assert.equal(t('reject'), 'Reject');
  });

  it('survives a broken bundle', () => {
    setTranslations('{"Accept":');
    assert.equal(t('accept'), 'Accept');
    setTranslations('null');
    assert.equal(t('accept'), 'Accept');
  });

  it('has no exclamation marks', () => {
    for (const text of Object.values(strings)) assert.doesNotMatch(text, /!/);
  });
});

describe('panel numbers', () => {
  it('reads durations', () => {
    for (const [ms, expected] of [
      [-5, '0 ms'],
      [12, '12 ms'],
      [310, '0.3 s'],
      [9_949, '9.9 s'],
      [42_000, '42 s'],
      [90_000, '2 min'],
      [7_500_000, '2 h 5 min'],
    ] as const) {
      assert.equal(formatDuration(ms), expected);
    }
  });

  it('reads bytes and counts', () => {
    assert.equal(formatBytes(1_117_320_736, 'en'), '1.1 GB');
    assert.equal(formatBytes(412_000_000, 'en'), '412 MB');
    assert.equal(formatBytes(0, 'en'), '0 byte');
    assert.equal(formatCount(1204, 'en'), '1,204');
  });

  it('reads ages', () => {
    assert.equal(formatAge(0, 30_000, 'just now', 'en'), 'just now');
    assert.equal(formatAge(0, 7_300_000, 'just now', 'en'), '2 hours ago');
    assert.equal(formatAge(10, 0, 'just now', 'en'), 'just now');
  });
});

describe('panel text that hides something', () => {
  it('shows characters that turn or hide text', () => {
    assert.equal(visible('a\u202egpj.exe\u200b\n'), 'a\\u202egpj.exe\\u200b\\u000a');
    assert.equal(visibleLines('ls\n\trm\r'), 'ls\n\trm\\u000d');
    assert.equal(visible('größe › 中.ts'), 'größe › 中.ts');
  });
});

describe('panel page', () => {
  const page = panelPage({
    cspSource: 'https://*.host',
    nonce: 'n0',
    script: 'https://x.host/panel.js?a="b"',
    style: 's.css',
    icons: 'i.css',
    language: 'de',
    translations: { Accept: '<"Annehmen">' },
  });

  it('lets only the script with the nonce run', () => {
    assert.match(page, /default-src 'none'; script-src 'nonce-n0'; style-src https:\/\/\*\.host;/);
    assert.doesNotMatch(page, /unsafe/);
    assert.equal(page.match(/<script/g)?.length, 1);
  });

  it('escapes what is put in', () => {
    assert.ok(page.includes('data-l10n="{&quot;Accept&quot;:&quot;&lt;\\&quot;Annehmen\\&quot;&gt;&quot;}"'));
    assert.ok(page.includes('panel.js?a=&quot;b&quot;'));
  });
});
