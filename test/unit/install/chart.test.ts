import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { version } from '../../../package.json';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/values';
import { helmRendering, templateOf } from '../../../scripts/install/helm-rendering';

test('the chart, the operator and the package have one version', () => {
  const chart = parse(readFileSync(join(projectRoot, CHART, 'Chart.yaml'), 'utf8')) as object;
  expect(chart).toMatchObject({ version, appVersion: version });
});

describe('a template for Helm', () => {
  const { choice, optional, where, itemsWhere } = helmRendering;
  const isBig = { helm: '$.Values.big', plain: () => true };

  test('asks for values where they belong, indented as they have to be', () => {
    const object = {
      spec: {
        image: `a:${choice({ helm: '$.Values.tag', plain: () => '1' })}`,
        ...optional('affinity', 'affinity'),
        ...where(isBig, { size: 'big' }),
        ...where({ ...isBig, helm: '$.Values.odd' }, { odd: true }),
        list: ['a', ...itemsWhere(isBig, ['b'])],
      },
    };
    expect(templateOf(object)).toBe(`spec:
  image: a:{{ $.Values.tag }}
  {{- with $.Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $.Values.big }}
  size: big
  {{- end }}
  {{- if $.Values.odd }}
  odd: true
  {{- end }}
  list:
    - a
    {{- if $.Values.big }}
    - b
    {{- end }}
`);
  });

  test('is not made where YAML would break: a list item that begins with what may be absent', () => {
    expect(() => templateOf({ list: [optional('ports', 'ports')] })).toThrow(/begin/);
  });
});
