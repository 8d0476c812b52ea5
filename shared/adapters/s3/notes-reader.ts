import { factsPrefix } from '../../contracts/facts-files.ts';
import type { FactsFiles } from '../../usecases/census/census-ports.ts';
import { StoreBusyError } from '../../usecases/ports.ts';
import { type S3Access, signedGet } from './signed-get.ts';

const timeoutMs = 5_000;

/**
 * What the steps of a census left for one another, for functions that read nothing else of S3.
 * @throws StoreBusyError where it cannot be read: whoever asked is asked again
 */
export function notesReader(bucket: string, access: () => S3Access): Pick<FactsFiles, 'readNotes'> {
  return {
    async readNotes(run, name) {
      const { url, headers } = signedGet(bucket, `${factsPrefix}${run}/notes/${name}.json`, access(), Date.now());
      const answer = await answerOf(fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) }));
      if (!answer.ok) throw new StoreBusyError(`the facts answered ${answer.status}`);
      return await answerOf(answer.json());
    },
  };
}

async function answerOf<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (cause) {
    throw new StoreBusyError('the facts cannot be read', { cause });
  }
}

/** As Lambda gives it to a function, and renews it. */
export function accessOfFunction(): S3Access {
  const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  return {
    region: AWS_REGION,
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    ...(endpoint !== undefined && { endpoint }),
  };
}
