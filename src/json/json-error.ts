/** Position of the first syntax error in a JSON text. */
export interface JsonError {
  /** 1-based, as `column`. */
  readonly line: number;
  readonly column: number;
  /** Whether the text ends before the value is complete. */
  readonly isEnd: boolean;
}

/**
 * Returns the position of the first JSON syntax error, or undefined for valid JSON. The engine's own messages quote the
 * text, which may contain a password.
 */
export function findJsonError(text: string): JsonError | undefined {
  const offset = errorOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, isEnd: offset === text.length };
}

/** A string, another scalar or punctuation, with leading whitespace. @see https://www.rfc-editor.org/rfc/rfc8259 */
const TOKEN =
  /[ \t\r\n]*(?:(?<string>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<scalar>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))|(?<punctuation>[{}[\],:]))/y;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

function errorOffset(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  while (expected !== 'comma or end' || open.length > 0) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const next: Expected | undefined = token === null ? undefined : step(expected, token.groups ?? {}, open);
    if (token === null || next === undefined) return startOfToken(text, at);
    expected = next;
    at += token[0].length;
  }
  const end = startOfToken(text, at);
  return end === text.length ? undefined : end;
}

const startOfToken = (text: string, at: number): number =>
  text.length - text.slice(at).replace(/^[ \t\r\n]+/, '').length;

/**
 * Returns what may follow the token, or undefined if the token is not allowed here. `open` is the stack of open
 * brackets.
 */
function step(expected: Expected, token: Record<string, string | undefined>, open: string[]): Expected | undefined {
  const { string, punctuation: mark } = token;
  if (expected === 'colon') return mark === ':' ? 'value' : undefined;
  if (expected === 'comma or end') return mark === ',' ? (open.at(-1) === '{' ? 'key' : 'value') : close(mark, open);
  if (expected === 'key' || expected === 'key or end') {
    return string === undefined ? (expected === 'key or end' ? close(mark, open) : undefined) : 'colon';
  }
  if (mark === undefined) return 'comma or end';
  if (mark === '{' || mark === '[') open.push(mark);
  if (mark === '{') return 'key or end';
  if (mark === '[') return 'value or end';
  return expected === 'value or end' ? close(mark, open) : undefined;
}

function close(mark: string | undefined, open: string[]): Expected | undefined {
  const isMatch = (mark === '}' && open.at(-1) === '{') || (mark === ']' && open.at(-1) === '[');
  if (!isMatch) return undefined;
  open.pop();
  return 'comma or end';
}
