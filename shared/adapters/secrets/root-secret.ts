import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The root secret cannot be read: nothing signed or sealed can be handled without it. */
export class RootSecretError extends Error {
  override name = 'RootSecretError';
}

const MIN_LENGTH = 32;

/** Reads the root secret; call once per cold start. @throws RootSecretError when it is missing or too short. */
export async function readRootSecret(client: SecretsManagerClient, secretId: string): Promise<string> {
  const secret = await client
    .send(new GetSecretValueCommand({ SecretId: secretId }))
    .then(({ SecretString }) => SecretString)
    .catch((cause: unknown) => {
      throw new RootSecretError('the root secret could not be read', { cause });
    });
  if (secret === undefined || secret.length < MIN_LENGTH) {
    throw new RootSecretError(`the root secret must have at least ${MIN_LENGTH} characters`);
  }
  return secret;
}
