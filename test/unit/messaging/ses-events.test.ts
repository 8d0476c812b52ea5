import { describe, expect, test } from 'vitest';
import { isSesEvent, readSesEvent } from '../../../shared/contracts/feedback/ses-events.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import { noon } from '../../support/touches.ts';

const time = new Date(noon).toISOString();
const later = new Date(noon + 5000).toISOString();
const mail = {
  timestamp: time,
  messageId: 'm1',
  destination: ['Ann <Ann@Example.com>'],
  tags: { touchId: ['t1'], customer: ['c1'], 'ses:configuration-set': ['x'] },
};
const about = {
  type: 'reaction',
  channel: 'email',
  providerId: 'm1',
  touch: { customer: 'c1', id: 't1' },
  addresses: ['Ann@Example.com'],
};
const recipient = { emailAddress: 'ann@example.com' };

describe('an event of SES', () => {
  test.each<[string, object, object]>([
    ['Send', {}, { kind: 'sent', at: noon }],
    ['Delivery', { delivery: { timestamp: later } }, { kind: 'delivered', at: noon + 5000 }],
    ['Open', { open: { timestamp: later } }, { kind: 'opened', at: noon + 5000 }],
    ['Click', { click: { timestamp: later, link: 'x' } }, { kind: 'clicked', at: noon + 5000, link: 'x' }],
    [
      'Open',
      { open: { timestamp: later, userAgent: 'Mozilla/5.0' } },
      { kind: 'opened', at: noon + 5000, by: { userAgent: 'Mozilla/5.0' } },
    ],
    [
      'Click',
      { click: { timestamp: later, link: 'x', userAgent: 'curl/8' } },
      { kind: 'clicked', at: noon + 5000, link: 'x', by: { userAgent: 'curl/8' } },
    ],
    ['Reject', { reject: { reason: 'Bad content' } }, { kind: 'rejected', at: noon }],
  ])('%s', (eventType, details, expected) => {
    expect(readSesEvent({ eventType, mail, ...details })).toEqual({ ...about, ...expected });
  });

  test('Bounce: only a permanent one bars the address', () => {
    const bounce = (bounceType: string) =>
      readSesEvent({
        eventType: 'Bounce',
        mail,
        bounce: { bounceType, bouncedRecipients: [recipient], timestamp: later },
      });
    expect(bounce('Permanent')).toEqual({
      ...about,
      kind: 'bounced',
      at: noon + 5000,
      addresses: ['ann@example.com'],
      blocks: 'bounce',
    });
    for (const type of ['Transient', 'Undetermined']) {
      expect(bounce(type)).toEqual({ ...about, kind: 'softBounced', at: noon + 5000, addresses: ['ann@example.com'] });
    }
  });

  test('Bounce and Complaint: nobody is barred whom we have not written to', () => {
    const strangers = [recipient, { emailAddress: 'list@other.example' }];
    const bounce = { bounceType: 'Permanent', bouncedRecipients: strangers, timestamp: later };
    const complaint = { complainedRecipients: strangers, timestamp: later };
    expect(readSesEvent({ eventType: 'Bounce', mail, bounce })).toMatchObject({ addresses: ['ann@example.com'] });
    expect(readSesEvent({ eventType: 'Complaint', mail, complaint })).toMatchObject({ addresses: ['ann@example.com'] });
  });

  test('Complaint bars the address, unless it takes one back', () => {
    const complaint = { complainedRecipients: [recipient], timestamp: later };
    expect(readSesEvent({ eventType: 'Complaint', mail, complaint })).toMatchObject({
      kind: 'complained',
      at: noon + 5000,
      blocks: 'complaint',
    });
    const back = { ...complaint, complaintFeedbackType: 'not-spam' };
    expect(readSesEvent({ eventType: 'Complaint', mail, complaint: back })).toMatchObject({ type: 'ignored' });
  });

  test('Subscription: unsubscribed from everything, or from one topic', () => {
    const subscription = (unsubscribeAll: boolean) =>
      readSesEvent({
        eventType: 'Subscription',
        mail,
        subscription: { timestamp: later, newTopicPreferences: { unsubscribeAll } },
      });
    expect(subscription(true)).toEqual({
      type: 'word',
      channel: 'email',
      address: 'Ann@Example.com',
      word: 'unsubscribed',
      at: noon + 5000,
    });
    expect(subscription(false)).toMatchObject({ type: 'ignored' });
  });

  test('without our tags names no touch', () => {
    const { tags: _none, ...bare } = mail;
    expect(readSesEvent({ eventType: 'Send', mail: bare })).not.toHaveProperty('touch');
    expect(readSesEvent({ eventType: 'Send', mail: { ...mail, tags: { touchId: ['t1'] } } })).not.toHaveProperty(
      'touch',
    );
  });

  test('of a kind that nothing is kept of is ignored, whatever is in it', () => {
    for (const kind of ['DeliveryDelay', 'Rendering Failure', 'toString', 7, null]) {
      expect(readSesEvent({ eventType: kind, mail: 'x' })).toMatchObject({ type: 'ignored' });
    }
  });

  test('that lacks what it should have is an error', () => {
    expect(() => readSesEvent({ eventType: 'Send', mail: { ...mail, timestamp: 'soon' } })).toThrow('is no time');
    expect(() => readSesEvent({ eventType: 'Open', mail: { ...mail, messageId: '' } })).toThrow();
  });

  test('is told from anything else', () => {
    expect(isSesEvent({ eventType: 'Send', mail })).toBe(true);
    expect(isSesEvent({ notificationType: 'Bounce', mail })).toBe(true);
    expect(isSesEvent({ mail })).toBe(false);
    expect(isSesEvent({ eventType: 'Send' })).toBe(false);
  });
});

describe(`published samples${whereReferencePayloadsAre}`, { skip: !hasReferencePayloads }, () => {
  const sample = (name: string) => readSesEvent(JSON.parse(referencePayload(`aws/${name}`).toString()) as object);

  test.each<[string, object]>([
    [
      'ses_event_send.json',
      { kind: 'sent', at: Date.parse('2016-10-14T05:02:16.645Z'), addresses: ['recipient@example.com'] },
    ],
    ['ses_event_delivery.json', { kind: 'delivered', at: Date.parse('2016-10-19T23:21:04.133Z') }],
    ['ses_event_open.json', { kind: 'opened', at: Date.parse('2017-08-09T22:00:19.652Z') }],
    ['ses_event_complaint.json', { kind: 'complained', blocks: 'complaint', addresses: ['recipient@example.com'] }],
    [
      'ses_notification_bounce_with_dsn.json',
      {
        kind: 'bounced',
        blocks: 'bounce',
        addresses: ['jane@example.com'],
        providerId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
      },
    ],
    ['ses_notification_complaint_with_feedback.json', { kind: 'complained', addresses: ['richard@example.com'] }],
  ])('%s', (name, expected) => {
    const feedback = sample(name);
    expect(feedback).toMatchObject({ type: 'reaction', channel: 'email', ...expected });
    expect(feedback).not.toHaveProperty('touch');
  });
});
