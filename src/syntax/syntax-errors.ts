import type { Node, Tree } from 'web-tree-sitter';

const maxLines = 20;

/** Number of error and missing nodes, and the first lines that hold one (1-based, ascending, each once). */
export function syntaxErrorsIn(tree: Tree): { count: number; lines: number[] } {
  let count = 0;
  const lines = new Set<number>();
  const cursor = tree.walk();
  const visit = (node: Node): boolean => {
    if (!node.isError && !node.isMissing) return node.hasError;
    count++;
    lines.add(node.startPosition.row + 1);
    // What lies inside an error node was skipped by the parser and is no error of its own.
    return false;
  };
  let descend = visit(cursor.currentNode);
  for (;;) {
    if (descend && cursor.gotoFirstChild()) {
      descend = visit(cursor.currentNode);
      continue;
    }
    let moved = cursor.gotoNextSibling();
    while (!moved) {
      if (!cursor.gotoParent()) {
        cursor.delete();
        return { count, lines: [...lines].sort((a, b) => a - b).slice(0, maxLines) };
      }
      moved = cursor.gotoNextSibling();
    }
    descend = visit(cursor.currentNode);
  }
}
