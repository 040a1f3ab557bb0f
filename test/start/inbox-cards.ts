/** What a channel was sent, read back from the very bytes, as far as a person gets to see of it. */

export type Channel =
  | 'slack'
  | 'slack-bot'
  | 'teams'
  | 'discord'
  | 'github'
  | 'pagerduty'
  | 'webhook'
  | 'mail';

export const CHANNELS: readonly Channel[] = [
  'slack',
  'slack-bot',
  'teams',
  'discord',
  'github',
  'pagerduty',
  'webhook',
  'mail',
];

/** One message as its channel shows it. `notification` is what a phone or a screen reader says of it. */
export type Card = Readonly<{
  title: string;
  text?: string;
  notification?: string;
  /** Of the bar beside it, as CSS writes it. */
  colour: string;
  facts: readonly Readonly<{ title: string; value: string }>[];
  links: readonly Readonly<{ title: string; url: string }>[];
}>;

// Bodies are read as their channels read them: by what is there.
// biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
type Loose = any;

const NEUTRAL = '#717171';

/** Throws where a body is not what its channel takes. */
export const cardOf = (channel: Channel, body: string): Card => CARDS[channel](JSON.parse(body));

const slackText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const slackCard = ({ text, attachments: [{ color, blocks }] }: Loose): Card => {
  const block = (type: string): Loose => blocks.find((one: Loose) => one.type === type);
  return {
    title: block('header').text.text,
    notification: slackText(text),
    colour: color,
    facts: (block('section')?.fields ?? []).map(({ text: field }: Loose) => {
      const [title = '', ...value] = slackText(field).split('\n');
      return { title: title.replaceAll('*', ''), value: value.join('\n') };
    }),
    links: (block('actions')?.elements ?? []).map(({ text: label, url }: Loose) => ({
      title: label.text,
      url,
    })),
  };
};

const TEAMS_COLOURS: Readonly<Record<string, string>> = {
  good: '#2eb886',
  warning: '#daa038',
  attention: '#a30200',
};

const unescaped = (text: string): string => text.replaceAll(/\\(.)/g, '$1');

const teamsCard = ({ attachments: [{ content }] }: Loose): Card => {
  const [container, { facts = [] } = {}] = content.body;
  return {
    title: unescaped(container.items[0].text),
    notification: content.fallbackText,
    colour: TEAMS_COLOURS[container.style] ?? NEUTRAL,
    facts: facts.map(({ title, value }: Loose) => ({ title, value: unescaped(value) })),
    links: content.actions,
  };
};

const discordCard = ({ content, embeds: [{ title, description, color, fields, url }] }: Loose): Card => ({
  title: unescaped(title),
  text: unescaped(description),
  notification: unescaped(content),
  colour: `#${color.toString(16).padStart(6, '0')}`,
  facts: fields.map(({ name, value }: Loose) => ({ title: name, value: unescaped(value) })),
  links: url === undefined ? [] : [{ title: 'Open', url }],
});

const webhookCard = (event: Loose): Card => ({
  title: event.type,
  text: JSON.stringify(event, undefined, 2),
  notification: event.data.text,
  colour: NEUTRAL,
  facts: [],
  links: [],
});

const GITHUB_COLOURS: Readonly<Record<string, string>> = {
  success: '#2eb886',
  failure: '#a30200',
  error: '#a30200',
  pending: '#daa038',
  in_progress: '#daa038',
};

/** A status of a commit, a deployment, or a status of that. */
const githubCard = ({ state, context, description, ref, environment, ...rest }: Loose): Card => ({
  title: ref !== undefined ? `Deployment to ${environment}` : `${context ?? 'Deployment'}: ${state}`,
  text: description ?? '',
  notification: description ?? '',
  colour: GITHUB_COLOURS[state] ?? NEUTRAL,
  facts: ref !== undefined ? [{ title: 'Commit', value: ref }] : [],
  links: [rest.target_url, rest.log_url]
    .filter((url) => url !== undefined)
    .map((url) => ({ title: 'Details', url })),
});

const pagerdutyCard = ({ event_action: action, dedup_key: key, payload, links }: Loose): Card => ({
  title: action === undefined ? 'Change' : `Alert: ${action}`,
  text: payload.summary,
  notification: payload.summary,
  colour: action === 'trigger' ? '#a30200' : action === 'resolve' ? '#2eb886' : NEUTRAL,
  facts: key === undefined ? [] : [{ title: 'Alert', value: key }],
  links: links.map(({ href, text }: Loose) => ({ title: text, url: href })),
});

const mailCard = ({ subject, message, attributes }: Loose): Card => ({
  title: subject,
  text: JSON.parse(message).default,
  colour: NEUTRAL,
  facts: Object.entries(attributes).map(([title, value]) => ({ title, value: String(value) })),
  links: [],
});

const CARDS: Readonly<Record<Channel, (body: Loose) => Card>> = {
  slack: slackCard,
  'slack-bot': slackCard,
  teams: teamsCard,
  discord: discordCard,
  github: githubCard,
  pagerduty: pagerdutyCard,
  mail: mailCard,
  webhook: webhookCard,
};
