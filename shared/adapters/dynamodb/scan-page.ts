import type { Readable } from 'node:stream';
import {
  type AttributeValue,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Found } from '../../usecases/ports.ts';
import { named } from './store-errors.ts';

type Item = Record<string, AttributeValue>;

/** One segment of a scan, and where in it a page begins. */
export interface ScanPlace {
  readonly segment: number;
  readonly total: number;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Shows one page of a scan to `take`, item by item; `next` continues it. */
export async function scanPage(
  client: DynamoDBClient,
  table: string,
  { segment, total, after, limit }: ScanPlace,
  take: (item: Item) => void,
): Promise<{ next?: string }> {
  const command = new ScanCommand({
    TableName: table,
    Segment: segment,
    TotalSegments: total,
    Limit: limit,
    ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) as Item }),
  });
  const readAnswer = answerOf(command);
  await named(client.send(command));
  const { Items: items = [], LastEvaluatedKey: last } = readAnswer();
  for (const item of items) take(item);
  return last ? { next: JSON.stringify(last) } : {};
}

/**
 * Leaves the answer in the bytes it came in until it is read: the SDK would make objects of each page as it arrives, and
 * then a copy of them, while others wait to be worked on. In JSON items lie just as the SDK has them, but for attributes
 * of bytes, which are base64: whoever reads one has to take either. What watches the client sees an empty answer.
 */
function answerOf(command: ScanCommand): () => Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'> {
  let bytes = noBody;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { readonly statusCode: number; body: Readable | Uint8Array };
      if (response.statusCode === 200) {
        bytes = Buffer.concat(await (response.body as Readable).toArray());
        response.body = noBody;
      }
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'answerInBytes' },
  );
  return () => JSON.parse(bytes.toString('utf8')) as ScanCommandOutput;
}

const noBody = Buffer.alloc(0);

/** An item as it reads, or why it does not. */
export function foundAs<T>(id: string, item: Item, read: (item: Item) => T): Found<T> {
  try {
    return { id, item: read(item) };
  } catch (unreadable) {
    return { id, unreadable };
  }
}
