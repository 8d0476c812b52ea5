import type { envSchema } from '../../functions/touch-send/env.ts';
import { bundleBudgets } from '../support/bundle-budgets.ts';
import { compareImports, importRounds, type OwnEnvironment } from './bundle-import.ts';
import { atMost, information, type Measure } from './measure.ts';

/** The same four clients, the template engine and the mail composer, made as the sender does when it is loaded. */
const librariesAlone = `
import * as dynamodb from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetSendQuotaCommand, SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Liquid } from 'liquidjs';
import MailComposer from 'nodemailer/lib/mail-composer';
const secret = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: process.env.ROOT_SECRET_ID }));
const clients = { dynamo: new dynamodb.DynamoDBClient(), ses: new SESClient(), sns: new SNSClient() };
const { BatchGetItemCommand, GetItemCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } = dynamodb;
const reads = { BatchGetItemCommand, GetItemCommand, QueryCommand };
const writes = { PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand };
const commands = { ...reads, ...writes, GetSendQuotaCommand, SendRawEmailCommand, PublishCommand };
const liquid = new Liquid();
export const handler = async (client, name, text) => {
  const raw = await new MailComposer({ text: liquid.parseAndRenderSync(text) }).compile().build();
  return [secret.Name, raw, await clients[client].send(new commands[name]({}))];
};
`;

export const touchSendBundle: Measure = {
  name: 'touch-send-bundle',
  how:
    'touch-send bundled as for deployment; a handler that only makes the same four SDK clients, the template engine and the mail composer ' +
    `through the same bundler. Import as of the webhook: fresh processes in turn, the root secret read in both, medians of ${importRounds}.`,
  async run() {
    const environment: OwnEnvironment<typeof envSchema> = {
      FACTS_BUCKET: 'facts',
      WORK_QUEUE_URL: 'http://127.0.0.1/work',
      MAIL_FROM: 'service@north.example',
      CONFIGURATION_SET: 'bench',
      PUBLIC_URL: 'https://api.north.example',
      SENDERS: '4',
      PLAIN_HTTP_WEBHOOKS: 'false',
      SMS_REGION: 'eu-west-1',
    };
    const compared = await compareImports('touch-send', librariesAlone, environment);
    const { bytes, baselineBytes, importMs, baselineMs } = compared;
    return [
      atMost('bundle of touch-send, minified', bytes / 1000, bundleBudgets['touch-send'], ' kB', 1),
      information('bundle of the same libraries alone', baselineBytes / 1000, ' kB', 1),
      atMost('import time of touch-send / of the same libraries alone', importMs / baselineMs, 1.5),
      information('import of touch-send', importMs, ' ms', 1),
      information('import of the same libraries alone', baselineMs, ' ms', 1),
    ];
  },
};
