import type { Rendering } from './rendering';
import { toYaml } from './to-yaml';

/**
 * Objects as templates of Helm. What Helm is to fill in stands in the object as a mark, a word that YAML prints as it is, and `templateOf`
 * puts Helm's own language in the marks' places.
 */
export const helmRendering: Rendering = {
  namespace: mark('inline', '{{ $.Release.Namespace }}'),
  choice: ({ helm }) => mark('inline', `{{ ${helm} }}`),
  optional: (key, path) => member(`{{- with $.Values.${path} }}\n${key}:\n  {{- toYaml . | nindent @2 }}\n{{- end }}`),
  members: path => member(all(path)),
  items: (path, defaults) => [mark('block', defaults === undefined ? all(path) : each(path, defaults))],
  where: ({ helm }, members) => ({ ...member(`{{- if ${helm} }}`), ...members, ...member('{{- end }}', helm) }),
  itemsWhere: ({ helm }, items) => [mark('block', `{{- if ${helm} }}`), ...items, mark('block', '{{- end }}')],
};

/** Whatever stands at that path, in this place. */
const all = (path: string): string => `{{- with $.Values.${path} }}\n{{- toYaml . | nindent @0 }}\n{{- end }}`;

/** The objects of the list at that path, each with the defaults under what it says itself. */
function each(path: string, defaults: Readonly<Record<string, string>>): string {
  const members = Object.entries(defaults).flatMap(pair => pair.map(text => JSON.stringify(text)));
  const item = `mergeOverwrite (dict ${members.join(' ')}) .`;
  return `{{- range $.Values.${path} }}\n{{- list (${item}) | toYaml | nindent @0 }}\n{{- end }}`;
}

/** A variable of the template. */
export function variable(name: string): string {
  return mark('inline', `{{ $${name} }}`);
}

/** The template of an object that was made with `helmRendering`. */
export function templateOf(object: object): string {
  const text = toYaml(object);
  if (FIRST_MEMBER.test(text)) throw new Error("an item of a list can't begin with a member that may be absent");
  return text
    .replaceAll(BLOCK, (_line, indent: string, hex: string) => indented(decoded(hex), indent))
    .replaceAll(INLINE, (_mark, hex: string) => decoded(hex));
}

/** What is written is Helm's text, in hexadecimal: a plain word that needs no quotes and is never broken. */
function mark(kind: 'inline' | 'block', helm: string): string {
  return `${kind}_${Buffer.from(helm).toString('hex')}_`;
}

const INLINE = /inline_([0-9a-f]+)_/g;
const BLOCK = /^( *)(?:- )?block_([0-9a-f]+)_(?:: "")?$/gm;

const FIRST_MEMBER = /^ *- block_[0-9a-f]+_: ""$/m;

/** A mark in the place of a member; `because` tells it from another of the same text, for the keys of an object differ. */
function member(helm: string, because = ''): Record<string, string> {
  return { [mark('block', because === '' ? helm : `${helm}\0${because}`)]: '' };
}

function decoded(hex: string): string {
  return Buffer.from(hex, 'hex').toString().replace(/\0.*$/s, '');
}

/** `@2` in the text stands for the place's own indentation and two more. */
function indented(text: string, indent: string): string {
  const counted = text.replaceAll(/@(\d+)/g, (_at, more: string) => String(indent.length + Number(more)));
  return counted.replaceAll(/^/gm, indent);
}
