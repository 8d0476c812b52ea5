import { describe, expect, it } from 'vitest';
import { outcomesOf } from '../../../infra/local/mail/mailbox-simulator.ts';
import { eventRecord, feedbackId, type MailEvent } from '../../../infra/local/mail/provider-events.ts';
import { readSendRequest } from '../../../infra/local/mail/send-request.ts';

const mail = {
  messageId: '0100-1',
  at: new Date('2026-03-01T10:00:00.250Z'),
  source: 'Shop <shop@mail.example.com>',
  destinations: ['ann@example.com'],
  headers: [{ name: 'Subject', value: 'Hello' }],
  tags: { touchId: 't1' },
  configurationSet: 'set',
  sender: 'sender',
};
const place = { account: '000000000000', region: 'eu-west-1' };
const later = new Date('2026-03-01T10:00:01Z');

describe('events of the mail provider', () => {
  it.each<[MailEvent, string, object]>([
    [{ type: 'send' }, 'Send', {}],
    [{ type: 'reject' }, 'Reject', { reason: 'Bad content' }],
    [
      { type: 'delivery', recipients: ['ann@example.com'] },
      'Delivery',
      { timestamp: later.toISOString(), processingTimeMillis: 750 },
    ],
    [{ type: 'open' }, 'Open', { timestamp: later.toISOString(), ipAddress: '127.0.0.1' }],
    [{ type: 'click', link: 'https://x.example/' }, 'Click', { link: 'https://x.example/', linkTags: null }],
    [
      { type: 'bounce', bounceType: 'Transient', bounceSubType: 'MailboxFull', recipients: ['ann@example.com'] },
      'Bounce',
      { bounceType: 'Transient', bouncedRecipients: [{ emailAddress: 'ann@example.com' }] },
    ],
    [
      { type: 'complaint', feedbackType: 'abuse', subType: 'OnAccountSuppressionList', recipients: [] },
      'Complaint',
      { complaintSubType: 'OnAccountSuppressionList', arrivalDate: later.toISOString() },
    ],
  ])('%j', (event, eventType, detail) => {
    expect(eventRecord(mail, event, later, place)).toMatchObject({
      eventType,
      mail: {
        timestamp: '2026-03-01T10:00:00.250Z',
        sourceArn: 'arn:aws:ses:eu-west-1:000000000000:identity/mail.example.com',
        tags: { 'ses:configuration-set': ['set'], 'ses:from-domain': ['mail.example.com'], touchId: ['t1'] },
      },
      [event.type]: detail,
    });
  });

  it('have one feedback id per mail and report', () => {
    const bounce: MailEvent = { type: 'bounce', bounceType: 'Permanent', bounceSubType: 'General', recipients: ['a'] };
    expect(feedbackId('m1', bounce)).toBe(feedbackId('m1', { ...bounce }));
    expect(feedbackId('m2', bounce)).not.toBe(feedbackId('m1', bounce));
    expect(feedbackId('m1', { ...bounce, bounceSubType: 'NoEmail' })).not.toBe(feedbackId('m1', bounce));
  });

  it.each([
    ['ann@example.com', ['delivery']],
    ['bounce@example.com', ['delivery']],
    ['BOUNCE+a.b@simulator.amazonses.com', ['bounce']],
    ['ooto+1@simulator.amazonses.com', ['delivery', 'bounce']],
    ['complaint@simulator.amazonses.com', ['delivery', 'complaint']],
    ['unknown@simulator.amazonses.com', ['delivery']],
  ])('come of %s: %j', (recipient, types) => {
    expect(outcomesOf(recipient).map(({ type }) => type)).toEqual(types);
  });
});

describe('requests to send', () => {
  const request = (operation: string, input: Record<string, unknown>) =>
    readSendRequest({ service: 'ses', operation, accesses: [], input });
  const raw = Buffer.from(
    'From: a@x.example\r\nTo: b@x.example\r\nBcc: c@x.example\r\nX-SES-CONFIGURATION-SET: in-header\r\nX-SES-MESSAGE-TAGS: k=v\r\n\r\nHi',
  ).toString('base64');

  it('are read from the message where the request says nothing', () => {
    expect(request('SendRawEmail', { 'RawMessage.Data': raw })).toMatchObject({
      source: 'a@x.example',
      destinations: ['b@x.example', 'c@x.example'],
      configurationSet: 'in-header',
      tags: { k: 'v' },
    });
  });

  it('count before the message', () => {
    const input = {
      'RawMessage.Data': raw,
      Source: 's@x.example',
      'Destinations.member.1': 'd@x.example',
      'Tags.member.1.Name': 'n',
      'Tags.member.1.Value': 'w',
      ConfigurationSetName: 'set',
    };
    expect(request('SendRawEmail', input)).toMatchObject({
      source: 's@x.example',
      destinations: ['d@x.example'],
      configurationSet: 'set',
      tags: { n: 'w' },
    });
  });

  it('are read in each protocol', () => {
    const query = { Source: 's@x.example', 'Destination.ToAddresses.member.1': 'd@x.example' };
    expect(request('SendEmail', query)).toMatchObject({ destinations: ['d@x.example'], raw: undefined });
    const json = {
      FromEmailAddress: 's@x.example',
      Destination: { ToAddresses: ['d@x.example'], BccAddresses: ['e@x.example'] },
      EmailTags: [{ Name: 'n', Value: 'w' }],
      Content: { Raw: { Data: raw } },
    };
    expect(request('SendEmail', json)).toMatchObject({
      source: 's@x.example',
      destinations: ['d@x.example', 'e@x.example'],
      tags: { n: 'w' },
      configurationSet: 'in-header',
    });
    expect(request('GetSendQuota', {})).toBeUndefined();
  });
});
