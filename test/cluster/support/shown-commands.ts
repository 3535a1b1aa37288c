/** A command that a document shows, and the lines that it shows as its answer. */
export interface ShownCommand {
  readonly command: string;
  readonly answer: readonly string[];
}

/** The commands of a Markdown text's `console` blocks, in their order: lines that begin with `$ `, each with what follows. */
export function shownCommands(markdown: string): ShownCommand[] {
  const blocks = [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap(block =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map(part => {
        const [command = '', ...answer] = part.trimEnd().split('\n');
        return { command, answer };
      }),
  );
}

/** The shown lines that a real answer lacks. `…` stands for anything, and how columns are spaced does not matter. */
export function missingLines(answer: readonly string[], real: string): string[] {
  const lines = real.split('\n').map(line => line.trim());
  return answer.filter(shown => !lines.some(line => pattern(shown).test(line)));
}

function pattern(shown: string): RegExp {
  const escaped = shown.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\s+/g, '\\s+').replaceAll('…', '.*')}$`);
}
