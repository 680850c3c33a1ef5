import type { Labels } from '../plugin/frames.ts';
import { ruleOf } from './rule.ts';

/** What an annotation may name. */
export interface Facts {
  readonly labels: Labels;
  readonly values: Readonly<Record<string, number>>;
}

/** What an alert of a rule says. */
export function textsOf(uid: string, facts: Facts): Readonly<Record<'summary' | 'description' | 'link', string>> {
  const { summary = '', description = '', link = '' } = ruleOf(uid).annotations;
  const address = fillIn(link.replace('{{ externalURL }}', 'https://grafana.example.org/'), facts);
  return { summary: fillIn(summary, facts), description: fillIn(description, facts), link: address };
}

/**
 * An annotation's text with its templates filled in, as far as the rules use them. Throws for a label or value that the
 * alert does not have (Grafana writes `[no value]`), and for a function that is not known here.
 * https://grafana.com/docs/grafana/latest/alerting/alerting-rules/templates/reference/
 */
function fillIn(text: string, facts: Facts): string {
  const present = text.replace(/\{\{ with \$values\.(\w+) \}\}(.*?)\{\{ end \}\}/g, (_, name: string, inner: string) =>
    facts.values[name] === undefined ? '' : inner.replace(' .Value ', ` $values.${name}.Value `),
  );
  return present.replace(/\{\{(.*?)\}\}/g, (_, template: string) => evaluate(template.trim(), facts));
}

function evaluate(template: string, { labels, values }: Facts): string {
  const match = /^(?:(printf) "([^"]*)" |(humanizeTimestamp) )?\$(labels|values)\.(\w+)(\.Value)?$/.exec(template);
  const [, printf, format = '', humanize, source, name = '', value] = match ?? [];
  if ((source === 'values') !== (value !== undefined)) throw new Error(`${template} is not known here: add it`);
  const found = source === 'labels' ? labels[name] : values[name];
  if (found === undefined) throw new Error(`the alert has nothing for ${template}`);
  if (printf !== undefined) return print(format, Number(found));
  if (humanize !== undefined)
    return `${new Date(Number(found) * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return String(found);
}

/** Go's `%.2f` and `%+.0f`. */
function print(format: string, value: number): string {
  const [, sign = '', digits = ''] = /^%(\+?)\.(\d)f$/.exec(format) ?? [];
  if (digits === '') throw new Error(`the format ${format} is not known here: add it`);
  return (sign !== '' && value >= 0 ? '+' : '') + value.toFixed(Number(digits));
}
