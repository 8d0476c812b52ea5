/** Lines are made as on Lambda and then dropped, to keep the terminal for the bench. */
export async function withoutLogLines<T>(work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write;
  process.stdout.write = () => true;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
