import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServiceRequest } from './iam/requests.ts';
import type { SecretModel } from './model.ts';
import { type Answer, errorAnswer, jsonAnswer } from './proxy-answers.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Secrets Manager for reading: a generated secret is made once per stack, and kept in `file` where there is one.
 */
export class Secrets {
  readonly #models: readonly SecretModel[];
  readonly #values = new Map<string, string>();

  constructor(models: readonly SecretModel[], file: string | undefined) {
    this.#models = models;
    const kept = file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
    for (const [name, value] of Object.entries(kept)) this.#values.set(name, String(value));
    for (const model of models) if (!this.#values.has(model.name)) this.#values.set(model.name, make(model));
    if (file === undefined || models.length === 0) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(Object.fromEntries(this.#values)), { mode: 0o600 });
  }

  answer({ operation, input }: ServiceRequest): Answer {
    const secret = this.#find(String(input.SecretId ?? ''));
    if (secret === undefined) {
      const message = "Secrets Manager can't find the specified secret.";
      return errorAnswer('secretsmanager', 400, 'ResourceNotFoundException', message);
    }
    const described = { ARN: secret.arn, Name: secret.name, VersionIdsToStages: { [version]: ['AWSCURRENT'] } };
    if (operation === 'DescribeSecret') return jsonAnswer(200, described);
    if (operation !== 'GetSecretValue') {
      return errorAnswer('secretsmanager', 400, 'InvalidRequestException', `The local stack only reads secrets.`);
    }
    const SecretString = this.#values.get(secret.name) ?? '';
    return jsonAnswer(200, {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version,
      SecretString,
      VersionStages: ['AWSCURRENT'],
    });
  }

  #find(id: string): SecretModel | undefined {
    return this.#models.find((model) => model.arn === id || model.name === id || model.arn.startsWith(`${id}-`));
  }
}

const version = '00000000-0000-4000-8000-000000000001';

function make({ value, generate }: SecretModel): string {
  if (value !== undefined) return value;
  if (generate === undefined) return '';
  const text = Array.from({ length: generate.length }, () => letters[randomInt(letters.length)]).join('');
  if (generate.template === undefined || generate.key === undefined) return text;
  return JSON.stringify({ ...(JSON.parse(generate.template) as object), [generate.key]: text });
}
