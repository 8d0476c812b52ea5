const width = 30;

/** One line that fills up on a terminal; elsewhere a line every quarter, so that a log stays readable. */
export function progressBar(label: string, total: number, out: NodeJS.WriteStream = process.stdout) {
  let quarter = 0;
  return (done: number): void => {
    const share = total === 0 ? 1 : done / total;
    if (out.isTTY) {
      const filled = Math.round(share * width);
      out.write(
        `\r${label} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}${done === total ? '\n' : ''}`,
      );
      return;
    }
    const reached = Math.floor(share * 4);
    if (reached > quarter) out.write(`${label} ${done}/${total}\n`);
    quarter = Math.max(quarter, reached);
  };
}
