import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { FactKind } from '../../contracts/facts.ts';
import { type FactRow, factsKey, factsPrefix } from '../../contracts/facts-files.ts';
import type { FactsFiles, GatheredRows } from '../../usecases/census/census-ports.ts';
import { named, s3FactsNotes } from './facts-notes.ts';
import { completeParquet, ParquetRows } from './write-parquet.ts';

/** The files of a census in a bucket: facts as Parquet, and beside them what its steps keep for one another. */
export function s3FactsFiles(client: S3Client, bucket: string): FactsFiles {
  const put = async (Key: string, Body: Uint8Array) => {
    await named(client.send(new PutObjectCommand({ Bucket: bucket, Key, Body })));
  };
  return {
    gatherRows<Kind extends FactKind>(kind: Kind): GatheredRows<FactRow<Kind>> {
      const rows = new ParquetRows<FactRow<Kind>>(kind);
      return Object.assign(rows, {
        async write(run: string, part: string) {
          if (rows.size > 0) await put(factsKey(run, kind, part), rows.file());
        },
      });
    },
    beginRows<Kind extends FactKind, Later extends keyof FactRow<Kind>>(kind: Kind, later: readonly Later[]) {
      const rows = new ParquetRows<Omit<FactRow<Kind>, Later>>(kind, later);
      return Object.assign(rows, {
        begin: (run: string, part: string, notes: unknown) => put(begunKey(run, kind, part), rows.begun(notes)),
      });
    },
    async completeRows(run, kind, part, laterOf) {
      const Key = begunKey(run, kind, part);
      const { Body } = await named(client.send(new GetObjectCommand({ Bucket: bucket, Key })));
      const begun = (await Body?.transformToByteArray()) ?? new Uint8Array();
      await put(factsKey(run, kind, part), completeParquet(kind, begun, laterOf));
    },
    ...s3FactsNotes(client, bucket),
  };
}

/** Not among the facts: what is begun is no Parquet file yet. */
function begunKey(run: string, kind: FactKind, part: string): string {
  return `${factsPrefix}${run}/begun/${kind}-${part}`;
}
