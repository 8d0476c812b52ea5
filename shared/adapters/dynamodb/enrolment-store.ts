import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { EnrolmentStore } from '../../usecases/marketing-ports.ts';

import { batchGet } from './batch-get.ts';
import { conditionalPut } from './conditional-put.ts';
import {
  enrolmentItem,
  enrolmentKeyItem,
  enrolmentName,
  isMembership,
  membershipItem,
  membershipKeyItem,
  readEnrolmentItem,
  readMembershipItem,
} from './enrolment-items.ts';
import { named } from './store-errors.ts';
import { type Item, textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH } = tables.touches;

/** Customers on their way through journeys, in the table of touches; every write conditional on its version. */
export function dynamoEnrolmentStore(client: DynamoDBClient, table: string): EnrolmentStore {
  const put = async (item: Item, version: number) => {
    await named(client.send(new PutItemCommand(conditionalPut(table, item, CUSTOMER, version))));
  };
  return {
    async readEnrolments(keys) {
      const unique = new Map(keys.map((key) => [`${key.customer} ${key.entry}`, key]));
      const wanted = [...unique.values()].map((key) => ({ table, key: enrolmentKeyItem(key) }));
      const found = (await batchGet(client, wanted, true)).get(table) ?? [];
      return new Map(found.map(readEnrolmentItem).map((one) => [enrolmentName(one.value), one]));
    },
    async listEnrolments(customer, journey) {
      const items = await itemsOf(client, table, customer, journey === undefined ? '#' : `#${journey}#`);
      return items.filter((item) => !isMembership(item)).map(readEnrolmentItem);
    },
    saveEnrolment: (enrolment) => put(enrolmentItem(enrolment), enrolment.version),
    async removeEnrolments(customer) {
      for (const item of await itemsOf(client, table, customer, '#')) {
        const Key = enrolmentKeyItem({ customer, entry: textOf(item, TOUCH) });
        await named(client.send(new DeleteItemCommand({ TableName: table, Key })));
      }
    },
    async readMemberships(journey, customers) {
      const unique = [...new Set(customers)];
      const wanted = unique.map((customer) => ({ table, key: membershipKeyItem({ customer, journey }) }));
      const found = (await batchGet(client, wanted, true)).get(table) ?? [];
      const byCustomer = new Map(found.map((item) => [textOf(item, CUSTOMER), item]));
      return new Map(unique.map((id) => [id, readMembershipItem(id, journey, byCustomer.get(id))]));
    },
    saveMembership: (membership) => put(membershipItem(membership), membership.version),
  };
}

async function itemsOf(client: DynamoDBClient, table: string, customer: string, start: string): Promise<Item[]> {
  const found: Item[] = [];
  let after: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await named(
      client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#customer = :customer AND begins_with(#entry, :start)',
          ExpressionAttributeNames: { '#customer': CUSTOMER, '#entry': TOUCH },
          ExpressionAttributeValues: { ':customer': { S: customer }, ':start': { S: start } },
          ExclusiveStartKey: after,
        }),
      ),
    );
    found.push(...Items);
    after = LastEvaluatedKey;
  } while (after);
  return found;
}
