/** Where a file's tests are usually kept: beside it, named as the language names them. Workspace paths. */
export function testPathFor(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  const folder = path.slice(0, slash);
  const name = path.slice(slash);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  switch (extension) {
    case '.py':
      return `${folder}test_${name}`;
    case '.go':
    case '.rb':
    case '.c':
    case '.cpp':
      return `${folder}${stem}_test${extension}`;
    case '.java':
    case '.cs':
    case '.php':
      return `${folder.replace('src/main/', 'src/test/')}${stem}Test${extension}`;
    case '.rs':
      return `${folder.replace(/src\/$/, 'tests/')}${stem}_test.rs`;
    default:
      return `${folder}${stem}.test${extension}`;
  }
}
