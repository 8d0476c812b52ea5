import type { AttributeValue, Put } from '@aws-sdk/client-dynamodb';

/** Attribute with the version every write is conditional on. */
const versionAttribute = 'version';

/** The version an item was read at; 0: it has none, or is not there. */
export function versionOf(item: Record<string, AttributeValue> | undefined): number {
  return Number(item?.[versionAttribute]?.N ?? 0);
}

/** The attribute of an item that replaces the one read at `version`. */
export function nextVersion(version: number): Record<string, AttributeValue> {
  return { [versionAttribute]: { N: String(version + 1) } };
}

/** Writes an item if what is there is still at `version`; 0: if nothing is there. */
export function conditionalPut(
  table: string,
  item: Record<string, AttributeValue>,
  partitionKey: string,
  version: number,
): Put {
  return { TableName: table, Item: item, ...atVersion(partitionKey, version) };
}

/** The condition alone. */
export function atVersion(partitionKey: string, version: number) {
  return version === 0
    ? {
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': partitionKey },
      }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': versionAttribute },
        ExpressionAttributeValues: { ':version': { N: String(version) } },
      };
}
