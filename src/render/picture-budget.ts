import type { BudgetPicture, BudgetStep } from '../advise/picture-budget.ts';
import { formatDuration, formatNumber, formatTime } from './format.ts';
import { type Fact, renderFacts, sentence, signs } from './picture-words.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, padEnd, padStart } from './text.ts';

/** What is left of an error budget at each step of the time it is for, and how fast it burns. */
export function renderBudget(picture: BudgetPicture, style: Style): string {
  const { requests, errors, allowed } = picture;
  if (requests === undefined || errors === undefined || allowed === undefined) {
    return sentence('There were no requests, so there is no budget to use up.', style, 'warn').join('\n');
  }
  const { times, over, minus, is } = signs(style);
  const length = formatDuration(picture.endMs - picture.startMs);
  const objective = formatNumber(picture.objective * 100);
  const left = picture.steps.at(-1)?.left;
  const head: readonly Fact[] = [
    ['objective', `${objective} % of requests succeed, over ${length}`],
    [
      'budget',
      `${whole(requests)} requests ${times} ${formatNumber((1 - picture.objective) * 100)} % ${is} ${whole(allowed)} errors allowed`,
    ],
  ];
  const foot: readonly Fact[] = [
    ['spent', `${whole(errors)} errors ${over} ${whole(allowed)} ${is} ${percent(errors / allowed)}`],
    ...(left === undefined
      ? []
      : [
          [
            'left',
            `100 % ${minus} ${percent(errors / allowed)} ${is} ${percent(left)}${left < 0 ? ', overspent' : ''}`,
          ] as const,
        ]),
  ];
  return [
    ...renderFacts(head, style),
    ...(style.accessible ? spokenSteps(picture, style) : ['', ...bars(picture, style), '']),
    ...renderFacts(foot, style),
  ].join('\n');
}

function spokenSteps({ steps, stepMs }: BudgetPicture, style: Style): readonly string[] {
  return steps.flatMap(({ ms, left, burn }) => {
    const rest = left === undefined ? 'no data' : left < 0 ? `overspent by ${percent(-left)}` : `${percent(left)} left`;
    const speed = burn === undefined ? 'no requests' : `burn rate ${formatNumber(rounded(burn))}`;
    return sentence(`${formatTime(ms, style, 'minute')}: ${rest}, ${speed} in these ${formatDuration(stepMs)}.`, style);
  });
}

function bars({ steps }: BudgetPicture, style: Style): readonly string[] {
  const { bar } = symbolsOf(style);
  const shares = steps.map(({ left }) => (left === undefined ? '-' : percent(left)));
  const burns = steps.map(({ burn }) => (burn === undefined ? '-' : formatNumber(rounded(burn))));
  const shareWidth = Math.max(4, ...shares.map(columnsOf));
  const burnWidth = Math.max(4, ...burns.map(columnsOf));
  const room = Math.max(8, Math.min(48, style.width - shareWidth - burnWidth - 14));
  const header = `${padEnd('', 5)}  ${padEnd('budget left', room)}  ${padStart('', shareWidth)}  ${padStart('burn', burnWidth)}`;
  return [
    paint(style, 'dim', header.trimEnd()),
    ...steps.map((step, index) => {
      const share = step.left ?? 0;
      const length = share > 0 ? Math.max(1, Math.round(Math.min(1, share) * room)) : 0;
      const text = step.left !== undefined && step.left <= 0 ? 'spent' : bar.repeat(length);
      const burn = padStart(burns[index] ?? '', burnWidth);
      return [
        paint(style, 'dim', formatTime(step.ms, style, 'minute')),
        paint(style, step.left !== undefined && step.left <= 0 ? 'wrong' : 'label', padEnd(text, room)),
        padStart(shares[index] ?? '', shareWidth),
        (step.burn ?? 0) > 1 ? paint(style, 'warn', burn) : burn,
        hot(step) ? '!' : '',
      ]
        .join('  ')
        .trimEnd();
    }),
  ];
}

/** Faster than the budget allows: at this speed it does not last. */
function hot({ burn }: BudgetStep): boolean {
  return burn !== undefined && burn > 1;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function rounded(value: number): number {
  return Math.abs(value) >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100;
}

function whole(value: number): string {
  return formatNumber(Math.abs(value) >= 1000 ? Math.round(value) : Math.round(value * 10) / 10);
}
