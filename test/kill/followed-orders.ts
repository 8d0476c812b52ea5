import { pointsByHand } from '../../shared/domain/customers/customer-file.ts';
import { handTagsOf } from '../../shared/domain/customers/tags.ts';
import type { Enrolment } from '../../shared/domain/journeys/enrolment.ts';
import type { Books } from '../support/touch-accounts.ts';

const id = 'followed';
const message = { class: 'transactional', channels: ['email', 'sms', 'webhook'], template: 'order-confirmation' };

/** A journey over every order paid while it is on: steps of several kinds, with waits between them. */
export const followedJourney = {
  id,
  name: 'Followed',
  trigger: { on: 'order.paid' },
  steps: [
    { tag: { id: 'mark', add: id } },
    { wait: { minutes: 30 } },
    { points: { id: 'gift', amount: 5, reason: id } },
    { send: { id: 'later', ...message } },
    { wait: { minutes: 30 } },
    { send: { id: 'last', ...message } },
  ],
  enabled: true,
};

/** Messages of it for one order. */
export const messagesPerFollowed = 2;

/** What is not as it must be once all have come to its end: every step done, none twice. */
export function notFollowed(numbers: readonly number[], enrolments: readonly Enrolment[], books: Books): string[] {
  const own = enrolments.filter(({ journey }) => journey === id);
  const byOrder = new Map(own.map((one) => [one.order, one]));
  const files = new Map(books.files.map((file) => [file.id, file]));
  const wrong = numbers.flatMap((number) => {
    const order = `tea#o-${number}`;
    const enrolment = byOrder.get(order);
    if (enrolment?.state !== 'done') return [`${order} was not followed to the end: ${enrolment?.state}`];
    const steps = books.touches.flatMap(({ origin, order: of }) =>
      origin.id === id && of === order ? [origin.step] : [],
    );
    const file = files.get(enrolment.customer);
    const gifts = file ? pointsByHand(file).filter(({ reason }) => reason === id).length : 0;
    return [
      ...(steps.sort().join(' ') === 'last later' ? [] : [`${order} has the messages ${steps.join(' ')}`]),
      ...(gifts === 1 ? [] : [`${order} brought ${gifts} gifts`]),
      ...(file && handTagsOf(file).includes(id) ? [] : [`${order} left no tag`]),
    ];
  });
  return own.length === numbers.length ? wrong : [...wrong, `${own.length} enrolments for ${numbers.length} orders`];
}
