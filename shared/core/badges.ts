/** Badges for a README: as SVG, and as shields.io reads them. Source: shields.io, "Endpoint Badge". */

import { escaped } from './page-text.ts';

export type Badge = Readonly<{ label: string; message: string; colour: 'good' | 'bad' | 'some' | 'none' }>;

const SHIELDS: Readonly<Record<Badge['colour'], string>> = {
  good: 'brightgreen',
  bad: 'red',
  some: 'orange',
  none: 'lightgrey',
};

/** White on each has a contrast of at least 4.5. */
export const BADGE_COLOURS: Readonly<Record<Badge['colour'], string>> = {
  good: '#1b7a34',
  bad: '#b3261e',
  some: '#8a5a00',
  none: '#5b5b61',
};

export const badgeJson = ({ label, message, colour }: Badge): string =>
  JSON.stringify({
    schemaVersion: 1,
    label,
    message,
    color: SHIELDS[colour],
    ...(colour === 'bad' ? { isError: true } : {}),
  });

const LETTER = 7;
const PADDING = 6;
const HEIGHT = 20;

export const badgeSvg = ({ label, message, colour }: Badge): string => {
  const [left, right] = [label, message].map((text) => [...text].length * LETTER + 2 * PADDING) as [
    number,
    number,
  ];
  const name = `${escaped(label)}: ${escaped(message)}`;
  const text = (x: number, width: number, value: string): string =>
    `<text x="${x}" y="14" textLength="${width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${escaped(value)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-label="${name}"><title>${name}</title><rect width="${left}" height="${HEIGHT}" rx="3" fill="#3a3d45"/><rect x="${left}" width="${right}" height="${HEIGHT}" rx="3" fill="${BADGE_COLOURS[colour]}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(PADDING, left, label)}${text(left + PADDING, right, message)}</g></svg>
`;
};
